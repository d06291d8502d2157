package io.sluice.sim;

import io.sluice.task.Tensor;
import java.util.List;

/// Plays the subscribers: they take results when they like, keep them as long as they like, cancel.
final class Subscribers {
  private final World world;
  private final Dice dice;

  Subscribers(World world, Dice dice) {
    this.world = world;
    this.dice = dice;
  }

  boolean mayDeliver() {
    return world.runs.stream().anyMatch(Subscribers::mayDeliver);
  }

  private static boolean mayDeliver(SimRun run) {
    return !run.undelivered.isEmpty() && !mustDiscard(run);
  }

  private static boolean mustDiscard(SimRun run) {
    return run.subscriberGone
        || (run.ended && run.mode != io.sluice.engine.FailureMode.DELAY_ERROR && run.error != null);
  }

  void deliver() {
    SimRun run = dice.pick(world.runs.stream().filter(Subscribers::mayDeliver).toList());
    SimTask task = run.undelivered.remove();
    world.trace.add("        deliver %s", task);
    if (!task.yields.isEmpty()) {
      task.yields.forEach(this::readFirst);
      if (run.plan.readerClosesResults()) {
        closeResult(task);
      } else {
        task.inHand = true;
        world.inHand.add(task);
        world.situations.count(Situation.RESULT_HELD);
      }
    }
    run.delivered();
  }

  private void readFirst(Touch touch) {
    touch.first = world.memory.read(touch.version.version, touch.readable());
    touch.firstStep = world.step;
  }

  void closeResult() {
    SimTask task = dice.pick(world.inHand);
    world.trace.add("        close the result of %s", task);
    closeResult(task);
    if (dice.chance(10)) {
      world.situations.count(Situation.RESULT_CLOSED_TWICE);
      world.effects = 0;
      world.engine.resultClosed(task.slot);
      Broken.unless(world.effects == 0, "a result closed twice counts twice");
    }
  }

  private void closeResult(SimTask task) {
    for (Touch touch : task.yields) {
      touch.second = world.memory.read(touch.version.version, touch.readable());
      touch.secondStep = world.step;
    }
    world.situations.count(
        task.run().closed ? Situation.RESULT_OUTLIVES_RUN : Situation.RESULT_READ_AND_CLOSED);
    world.inHand.remove(task);
    task.resultClosed = true;
    world.engine.resultClosed(task.slot);
  }

  boolean mayReport() {
    return world.runs.stream().anyMatch(run -> run.isReportDue);
  }

  /// Some time behind the delivery that was asked for.
  void report() {
    SimRun run = dice.pick(world.runs.stream().filter(each -> each.isReportDue).toList());
    run.isReportDue = false;
    world.situations.count(Situation.DELIVERY_REPORTED);
    world.engine.delivered(run.run);
  }

  boolean mayDiscard() {
    return world.runs.stream().anyMatch(run -> !run.undelivered.isEmpty() && mustDiscard(run));
  }

  /// Throws away what nobody will take.
  void discard() {
    List<SimRun> runs =
        world.runs.stream().filter(r -> !r.undelivered.isEmpty() && mustDiscard(r)).toList();
    SimRun run = dice.pick(runs);
    SimTask task = run.undelivered.remove();
    world.trace.add("        discard %s", task);
    world.situations.count(Situation.RESULT_DISCARDED);
    if (!task.yields.isEmpty()) {
      task.resultClosed = true;
      world.engine.resultClosed(task.slot);
    }
    run.delivered();
  }

  boolean mayClose() {
    return world.runs.stream().anyMatch(Subscribers::mayClose);
  }

  private static boolean mayClose(SimRun run) {
    return !run.closed && (run.ended || run.subscriberGone) && run.undelivered.isEmpty();
  }

  void close() {
    SimRun run = dice.pick(world.runs.stream().filter(Subscribers::mayClose).toList());
    world.trace.add("        close %s", run);
    run.closed = true;
    world.engine.closed(run.run);
  }

  void cancel() {
    SimRun run = dice.pick(world.runs.stream().filter(r -> !r.stopped).toList());
    world.trace.add("        cancel %s", run);
    if (run.sources.stream().anyMatch(source -> !source.waiting.isEmpty())) {
      world.situations.count(Situation.CANCEL_WHILE_WAITING);
    }
    if (world.members.stream().anyMatch(member -> member.task.run() == run)) {
      world.situations.count(Situation.CANCEL_WHILE_RUNNING);
    }
    run.subscriberGone = true;
    world.stopped(run);
    world.engine.cancel(run.run);
  }

  /// Whether a task that has not settled, or an open result, holds a user-owned tensor.
  boolean isInUse(Tensor tensor) {
    return !world.tensors.current(tensor).prunedLive().isEmpty();
  }
}
