package io.sluice.engine;

import io.sluice.task.LibraryKernel;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskInternals;
import io.sluice.task.TaskState;
import io.sluice.task.UserTensor;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Moves tasks from admission to consumption.
///
/// A task is first *decided* (completed, failed or cancelled): its outcome is told and a failure
/// spreads to its readers. It *settles* once it can't touch a byte any more and all that it waited
/// for has settled: its successors move on and its holds are given back. It is *consumed* when
/// nothing holds it: its slab is free.
///
/// What follows from a step is put on lists and worked off in a loop, so that the length of a chain
/// is no depth of a stack.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Lifecycle {
  private final Core core;
  private final TensorMap map;
  private final Dispatcher dispatcher;
  private final Runs runs;
  private @Nullable Attempts attempts;

  /// Tasks that fail because of the task decided before them.
  private final ArrayDeque<Slot> failing = new ArrayDeque<>();

  private final ArrayDeque<Node> settling = new ArrayDeque<>();

  Lifecycle(Core core, TensorMap map, Dispatcher dispatcher, Runs runs) {
    this.core = core;
    this.map = map;
    this.dispatcher = dispatcher;
    this.runs = runs;
  }

  void wire(Attempts toAttempts) {
    this.attempts = toAttempts;
  }

  /// A task took its id; `poison` is why it fails at once, if it does; `dependencies` are told if
  /// somebody watches.
  void admitted(Slot slot, @Nullable Throwable poison, @Nullable Dependencies dependencies) {
    Run run = slot.run;
    run.admittedCount++;
    run.undecidedCount++;
    run.unsettledCount++;
    run.usesOtherPools |= slot.poolIndex != core.config.defaultPool();
    core.unsettledCount++;
    if (run.turns != null) {
      run.turns.add(slot);
    }
    core.effects.admitted(slot);
    if (dependencies != null) {
      tellAdmitted(slot, dependencies);
    }
    if (poison != null) {
      decide(slot, TaskState.FAILED, poison);
    } else if (slot.pendingCount == 0) {
      becomeReady(slot);
    }
  }

  /// The run has not yet counted it as handled, nor its source as served.
  private void tellAdmitted(Slot slot, Dependencies dependencies) {
    Run run = slot.run;
    Source source = slot.source;
    core.effects.happened(
        new TaskEvent.Admitted(
            slot.id(),
            slot.task.name(),
            run.id(),
            slot.slabBytes,
            kernelOf(slot.task),
            core.now(),
            source.waitsForBytes ? core.now() - source.waitingSinceNs : 0,
            Math.max(0, run.requestedCount - run.admittedCount - run.refusedCount),
            dependencies.list()));
  }

  /// The name of its kernel in its library, or else its own.
  static String kernelOf(Task task) {
    return task.kind() == Task.Kind.CALL && task.kernel() instanceof LibraryKernel named
        ? named.name()
        : task.name();
  }

  private void becomeReady(Slot slot) {
    Throwable poison = conditionalPoison(slot);
    if (poison != null) {
      decide(slot, TaskState.FAILED, poison);
    } else if (slot.task.kind() == Task.Kind.ALLOC && !needsZeros(slot)) {
      decide(slot, TaskState.COMPLETED, null);
    } else {
      slot.state = TaskState.READY;
      dispatcher.ready(slot);
    }
  }

  private static @Nullable Throwable conditionalPoison(Slot slot) {
    Throwable cause = null;
    ConditionalPoison first = slot.conditionalPoison();
    if (first == null) {
      return null;
    }
    for (ConditionalPoison p = first; p != null && cause == null; p = p.next) {
      cause = p.cause();
    }
    slot.extras().conditionalPoison = null;
    return cause;
  }

  private static boolean needsZeros(Slot slot) {
    return slot.versions[0].tensor.isZeroed();
  }

  /// A task has completed: as [#decide], and it settles at once where nothing else has to before.
  void complete(Slot slot) {
    giveOutcome(slot, TaskState.COMPLETED, null);
    if (hasWork()) {
      settleIfStill(slot);
    } else if (isStill(slot)) {
      settle(slot);
    }
  }

  /// Gives a task its outcome, unless it has one.
  void decide(Slot slot, TaskState outcome, @Nullable Throwable cause) {
    if (!slot.isDecided()) {
      giveOutcome(slot, outcome, cause);
      settleIfStill(slot);
    }
  }

  private void giveOutcome(Slot slot, TaskState outcome, @Nullable Throwable cause) {
    if (slot.state == TaskState.READY) {
      dispatcher.withdraw(slot);
    }
    SlotControl control = slot.knownControl();
    if (control != null && attempts != null) {
      attempts.decided(control);
    }
    slot.state = outcome;
    if (cause != null || slot.failed()) {
      slot.extras().cause = cause;
    }
    slot.run.undecidedCount--;
    core.admissionDue |= !slot.run.waitingSources.isEmpty();
    core.progressed();
    runs.touch(slot.run);
    tell(slot);
    if (cause != null) {
      spread(slot);
    }
  }

  private void tell(Slot slot) {
    Throwable cause = slot.cause();
    if (cause == null) {
      tellCompleted(slot);
      return;
    }
    core.failedCount += slot.state == TaskState.FAILED ? 1 : 0;
    core.cancelledCount += slot.state == TaskState.CANCELLED ? 1 : 0;
    if (slot.result != null) {
      settling.add(slot.result);
    }
    if (core.effects.watched()) {
      core.effects.happened(
          slot.state == TaskState.FAILED
              ? new TaskEvent.Failed(slot.id(), slot.task.name(), slot.run.id(), cause, core.now())
              : new TaskEvent.Cancelled(slot.id(), slot.task.name(), slot.run.id(), core.now()));
    }
    core.effects.failed(slot);
    runs.taskFailed(slot);
    Turns.Turn turn = slot.turn();
    if (turn != null && slot.run.turns != null) {
      slot.run.turns.remove(turn);
      handOverInTurn(slot.run.turns);
    }
  }

  private void tellCompleted(Slot slot) {
    if (core.effects.watched()) {
      core.effects.happened(
          new TaskEvent.Completed(
              slot.id(), slot.task.name(), slot.run.id(), slot.runTimeNs, core.now()));
    }
    if (slot.run.stopped) {
      if (slot.result != null) {
        settling.add(slot.result);
      }
      return;
    }
    slot.run.resultCount++;
    Turns turns = slot.run.turns;
    if (turns == null) {
      handOver(slot);
    } else {
      turns.completed();
      handOverInTurn(turns);
    }
  }

  private void handOver(Slot slot) {
    if (slot.result != null && !slot.run.plan.readerClosesResults()) {
      handToUser(slot.result);
    }
    core.effects.completed(slot);
  }

  private void handOverInTurn(Turns turns) {
    for (Slot next = turns.pollCompleted(); next != null; next = turns.pollCompleted()) {
      handOver(next);
    }
  }

  /// The run has stopped: nobody's turn is waited for any more. What has completed is told, for those
  /// who must hear that it is thrown away.
  void endTurns(Turns turns) {
    while (turns.firstSlot() != null) {
      handOverInTurn(turns);
      turns.forgetUndecided();
    }
  }

  private static void handToUser(ResultHold result) {
    result.heldByUser = true;
    for (Version version : result.versions) {
      if (version.owner != null) {
        version.owner.userResultCount++;
      }
    }
  }

  /// Marks the readers of what a failed task should have written.
  private void spread(Slot slot) {
    for (Edge edge = slot.edges(); edge != null; edge = edge.next) {
      if (edge.carriesFailure && edge.successor instanceof Slot reader && !reader.isDecided()) {
        if (!reader.failed()) {
          reader.extras().cause = slot.cause();
        }
        failing.add(reader);
      }
    }
  }

  /// Lets a decided task settle, unless something of it runs, or it waits for others that do.
  void settleIfStill(Slot slot) {
    if (isStill(slot)) {
      settling.add(slot);
    }
  }

  private static boolean isStill(Slot slot) {
    return slot.pendingCount == 0 && slot.runningMemberCount == 0;
  }

  /// Works off what the last steps brought about.
  void workOff() {
    while (true) {
      Slot reader = failing.poll();
      if (reader != null) {
        decide(reader, TaskState.FAILED, reader.cause());
        continue;
      }
      Node node = settling.poll();
      if (node == null) {
        return;
      }
      settle(node);
    }
  }

  boolean hasWork() {
    return !failing.isEmpty() || !settling.isEmpty();
  }

  private void settle(Node node) {
    if (node.settled) {
      return;
    }
    node.settled = true;
    if (node instanceof Slot slot) {
      map.retire(slot);
    } else {
      map.retire((ResultHold) node);
    }
    releaseSuccessors(node);
    if (node instanceof Slot slot) {
      release(slot);
    } else {
      release((ResultHold) node);
    }
  }

  private void releaseSuccessors(Node node) {
    Successors successors = node.successors;
    node.successors = null;
    if (successors instanceof Slot only) {
      releaseSuccessor(only);
      return;
    }
    for (Edge edge = (Edge) successors; edge != null; edge = edge.next) {
      releaseSuccessor((Slot) edge.successor);
    }
  }

  private void releaseSuccessor(Slot successor) {
    if (--successor.pendingCount > 0) {
      return;
    }
    if (successor.isDecided()) {
      settling.add(successor);
    } else if (!successor.failed()) {
      becomeReady(successor);
    }
  }

  private void release(Slot slot) {
    slot.run.unsettledCount--;
    core.unsettledCount--;
    core.admissionDue |= !slot.run.waitingSources.isEmpty();
    runs.touch(slot.run);
    core.stallCheckDue |= slot.run.unsettledCount == 0 && !slot.run.waitingSources.isEmpty();
    noteStandstill();
    for (Version version : slot.versions) {
      letGoOf(version, slot);
    }
    letGo(slot);
  }

  /// With nothing in flight, a claim that waits may have become hopeless: a ring's free run moves with
  /// each claim, and bytes kept for one that nothing can serve block the others.
  private void noteStandstill() {
    if (core.unsettledCount == 0) {
      core.stallCheckDue = true;
      core.admissionDue = true;
    }
  }

  private void letGoOf(Version version, @Nullable Slot self) {
    if (version.owner != null && version.owner != self) {
      letGo(version.owner);
    } else if (version.tensor instanceof UserTensor user) {
      TaskInternals.letGo(user);
    }
  }

  private void release(ResultHold result) {
    tellClosed(result.slot);
    core.openResultCount--;
    result.slot.run.unlink(result);
    core.admissionDue = true;
    for (Version version : result.versions) {
      if (version.owner != null && result.heldByUser) {
        version.owner.userResultCount--;
      }
      if (version.owner != null || !result.userTensorsFree) {
        letGoOf(version, null);
      }
    }
    result.forget();
  }

  private void tellClosed(Slot slot) {
    if (core.effects.watched() && !slot.failed()) {
      core.effects.happened(
          new TaskEvent.ResultClosed(slot.id(), slot.task.name(), slot.run.id(), core.now()));
    }
  }

  /// The result of a task was closed, or nobody will take it. Another call changes nothing.
  void closeResult(Slot slot) {
    ResultHold result = slot.result;
    if (result != null && !result.settled) {
      settling.add(result);
    }
  }

  /// The same, but the user-owned tensors that it yields are free already.
  void returnResult(Slot slot) {
    if (slot.result != null) {
      slot.result.userTensorsFree = true;
      closeResult(slot);
    }
  }

  /// The scope no longer holds the slot.
  void leaveScope(Slot slot) {
    if (slot.inScope) {
      slot.source.scope.unlink(slot);
      letGo(slot);
    }
  }

  /// Ends a scope: releases in the order of admission.
  void endScope(Scope scope) {
    if (scope.ended) {
      return;
    }
    scope.ended = true;
    scope.run.unlinkScope(scope);
    // What only tasks hold from here on may be kept for a claim that was bypassed too often.
    core.admissionDue = true;
    for (Slot slot = scope.first; slot != null; slot = scope.first) {
      slot.scopeEnded = true;
      noLongerToBeHad(slot);
      leaveScope(slot);
    }
  }

  private void noLongerToBeHad(Slot slot) {
    for (Version version : slot.versions) {
      if (version.owner == slot) {
        core.noLongerToBeHad(version);
      }
    }
  }

  private void letGo(Slot slot) {
    if (--slot.holdCount == 0) {
      consume(slot);
    } else if (slot.holdCount < 0) {
      throw new IllegalStateException(slot + " was released twice; this is a bug in Sluice");
    }
  }

  private void consume(Slot slot) {
    slot.state = TaskState.CONSUMED;
    if (slot.slabTicket != HeapSpace.NONE) {
      core.heap.release(slot.slabTicket);
      slot.slabTicket = HeapSpace.NONE;
      slot.run.heapBytes -= slot.slabBytes;
      core.bytesFreed = true;
      core.admissionDue = true;
      core.progressed();
      noteStandstill();
    }
    core.slots.remove(slot);
    Admissions.settle(slot);
    slot.forget();
    if (core.effects.watched()) {
      core.effects.happened(
          new TaskEvent.Consumed(
              slot.id(), slot.task.name(), slot.run.id(), slot.slabBytes, core.now()));
    }
  }
}
