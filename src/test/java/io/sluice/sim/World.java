package io.sluice.sim;

import io.sluice.engine.DrainTotals;
import io.sluice.engine.Effects;
import io.sluice.engine.Engine;
import io.sluice.engine.FailureMode;
import io.sluice.engine.HeapSpace;
import io.sluice.engine.Run;
import io.sluice.engine.Slot;
import io.sluice.engine.Source;
import io.sluice.engine.Version;
import io.sluice.error.AdmissionStalledException;
import io.sluice.error.Diagnosis;
import io.sluice.error.SluiceException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskState;
import io.sluice.task.UserTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the engine sees of the outside, and what the simulator knows of the engine: it takes notes
/// of all effects and checks each as it comes.
final class World implements Effects {
  final Scenario scenario;
  final Situations situations;
  final Trace trace;
  final Tensors tensors;
  final Memory memory;
  final Engine engine;
  final SerialLog log = new SerialLog();
  final Stalls stalls = new Stalls(this);
  final Turns turns = new Turns(this);
  final ToldDependencies told = new ToldDependencies();

  final List<SimRun> runs = new ArrayList<>();
  final List<SimTask> live = new ArrayList<>();
  final IdentityHashMap<Slot, SimTask> bySlot = new IdentityHashMap<>();
  final List<Member> members = new ArrayList<>();

  /// Kernels that were given up, for which no other worker was found yet, or refused.
  final List<Member> unanswered = new ArrayList<>();

  final List<Judgement> judgements = new ArrayList<>();
  double lastChance;
  final int[][] busy;
  final Watches watches;

  /// Results that a user has in hand.
  final List<SimTask> inHand = new ArrayList<>();

  final List<Object> drainWaiters = new ArrayList<>();
  long deadlineNs = Long.MAX_VALUE;
  long nowNs;
  long step;
  int admittedCount;
  long nextSequence;
  long expectedEpoch;

  /// Whether the last event told the engine that time has come.
  boolean timerFired;

  /// Whether the engine is being told that time has come.
  boolean timerFires;

  /// Of a task that was just refused for it; null once an event has told it.
  private @Nullable Diagnosis untoldStall;

  /// Whether the engine was used since the last reset.
  boolean used;

  /// Effects since the last event, for events that must have none.
  int effects;

  /// Whether nothing is checked but the bytes, to see that they tell of a fault by themselves.
  final boolean bytesOnly;

  World(Scenario scenario, Situations situations, Trace trace, boolean bytesOnly) {
    this.bytesOnly = bytesOnly;
    this.scenario = scenario;
    this.situations = situations;
    this.trace = trace;
    this.tensors = new Tensors(scenario);
    this.memory = new Memory(scenario.heapBytes, scenario.dtype.byteSize());
    this.watches = new Watches(this);
    this.engine = new Engine(scenario.config(), this);
    if (scenario.gathers) {
      engine.gather();
    }
    this.busy = new int[scenario.pools.size()][];
    for (int pool = 0; pool < busy.length; pool++) {
      busy[pool] = new int[scenario.pools.get(pool).workerCount()];
    }
  }

  void adopt(UserTensor tensor) {
    engine.adopt(tensor);
    tensors.userOwned.add(tensor);
    tensors.all.add(tensor);
  }

  @Override
  public void demand(Source source, long count) {
    note("demand %s of %s", count, source);
    SimSource from = (SimSource) source.attachment();
    Broken.unless(count > 0, "law 3: demand of %d", count);
    Broken.unless(!from.run.stopped, "law 8: demand for a run that has stopped: %s", from.run);
    from.requested += count;
    long most = lookAhead(from);
    Broken.unless(
        from.requested - from.sent + from.waiting.size() <= most,
        "law 2: %s asks for %d with a look-ahead of %d",
        from.run,
        from.requested,
        most);
    if (most < from.run.plan.options().lookAheadCount()) {
      situations.count(Situation.LOOK_AHEAD_FOLLOWS_BYTES);
    }
  }

  /// How many tasks a source may be asked for beyond what was admitted, as the bytes are now.
  long lookAhead(SimSource source) {
    return Math.max(1, lookAhead(source.run) - source.inHandCount);
  }

  /// How many tasks a run may ask for beyond what was admitted, as the bytes are now.
  long lookAhead(SimRun run) {
    int most = run.plan.options().lookAheadCount();
    if (run.largestTaskBytes() == 0) {
      return most;
    }
    long free =
        Math.min(engine.heap().freeBytes(), run.heapLimitBytes() - run.run.demand().heapBytes());
    return Math.max(1, Math.min(most, free / run.largestTaskBytes()));
  }

  /// Bytes of the slabs of a run's tasks.
  long heapBytes(SimRun run) {
    long bytes = 0;
    for (SimTask task : live) {
      bytes += task.run() == run && !task.consumed ? task.slot.slabBytes() : 0;
    }
    return bytes;
  }

  /// Whether the run's own limit leaves room for so many bytes.
  boolean hasRoomFor(SimRun run, long bytes) {
    return heapBytes(run) + bytes <= run.heapLimitBytes();
  }

  @Override
  public void sourceDrained(Source source) {
    note("drained %s", source);
    SimSource from = (SimSource) source.attachment();
    Broken.unless(
        from.ended && from.waiting.isEmpty() && !from.drained, "a source was drained too early");
    from.drained = true;
    from.scope.openInside--;
    if (from.endsScope) {
      scopeEnded(from.scope);
    }
  }

  /// No task to come may touch what lies in this scope.
  void scopeEnded(SimScope scope) {
    if (!scope.ended) {
      scope.ended = true;
      if (scope.parent != null) {
        scope.parent.openInside--;
      }
    }
  }

  /// The run starts nothing any more.
  void stopped(SimRun run) {
    run.stopped = true;
    run.scopes.forEach(this::scopeEnded);
  }

  @Override
  public void admitted(Slot slot) {
    SimSource source = (SimSource) slot.source().attachment();
    note("admitted %s: %s", slot, TaskText.of(slot.task()));
    takeOldest(source, slot.task());
    SimRun run = source.run;
    Broken.unless(!run.stopped, "law 8: a stopped run admits %s", slot);
    Broken.unless(slot.sequence() == nextSequence++, "ids go up by one, was %s", slot.id());
    Broken.unless(slot.epoch() == engine.epoch(), "%s is of another epoch", slot);
    Broken.unless(run.isBelowMaxInFlight(), "law 2: %s is above its limit in flight", run);
    Set<Verdict> verdicts = tensors.verdicts(slot.task(), run);
    Broken.unless(
        bytesOnly || verdicts.isEmpty(),
        "%s was admitted, but %s: %s",
        slot,
        verdicts,
        TaskText.of(slot.task()));
    SimTask task = new SimTask(this, slot, source, ++admittedCount, step);
    Touches.of(this, task);
    layOut(task);
    log.admitted(task);
    bySlot.put(slot, task);
    live.add(task);
    run.add(task);
    situations.count(Situation.TASK_ADMITTED);
    if (source.scope.ended) {
      situations.count(Situation.SCOPE_ENDED_UNDER_CLAIM);
    }
  }

  private void takeOldest(SimSource source, Task task) {
    Broken.unless(
        source.waiting.peek() == task,
        "tasks of a source go in the order in which they came: %s before %s",
        task,
        source.waiting.peek());
    source.waiting.remove();
  }

  private void layOut(SimTask task) {
    long bytes = 0;
    for (SimVersion version : task.owned) {
      long size = HeapSpace.alignedBytes(version.tensor.byteSize());
      checkRoom(task, version.version, size);
      memory.spoil(version.version.offsetBytes(), size);
      bytes += size;
    }
    Broken.unless(bytes == task.slot.slabBytes(), "%s has a slab of another size", task);
    if (bytes == 0) {
      situations.count(Situation.ZERO_BYTE_TASK);
    }
  }

  private void checkRoom(SimTask task, Version fresh, long size) {
    long from = fresh.offsetBytes();
    Broken.unless(
        from >= 0 && from % 1024 == 0 && from + size <= scenario.heapBytes,
        "law 2: %s lies outside the heap",
        task);
    for (SimTask other : live) {
      if (other.slot.state() == TaskState.CONSUMED) {
        continue;
      }
      for (SimVersion version : other.owned) {
        long start = version.version.offsetBytes();
        long end = other.endOf(version);
        Broken.unless(
            from + size <= start || end <= from,
            "law 4: the slabs of %s and %s overlap",
            task,
            other);
      }
    }
    for (SimVersion version : task.owned) {
      long start = version.version.offsetBytes();
      Broken.unless(
          version.version == fresh
              || from + size <= start
              || start + HeapSpace.alignedBytes(version.tensor.byteSize()) <= from,
          "law 4: two outputs of %s overlap",
          task);
    }
  }

  @Override
  public void refused(Source source, Task task, SluiceException error) {
    note("refused %s: %s", TaskText.of(task), error);
    SimSource from = (SimSource) source.attachment();
    takeOldest(from, task);
    Broken.unless(!from.run.stopped, "law 8: a stopped run refuses %s", task);
    Verdict verdict = Verdict.of(error);
    Set<Verdict> verdicts = tensors.verdicts(task, from.run);
    if (verdict == Verdict.STALLED) {
      untoldStall = ((AdmissionStalledException) error).diagnosis();
      stalled(from, task, (AdmissionStalledException) error);
    } else {
      Broken.unless(
          verdicts.contains(verdict),
          "%s was refused as %s, but is %s: %s",
          TaskText.of(task),
          verdict,
          verdicts,
          error);
      situations.count(verdict.situation);
    }
    from.run.anyFailure = true;
    from.run.refusedCount++;
    Touches.poison(this, task, error);
  }

  private void stalled(SimSource source, Task task, AdmissionStalledException error) {
    if (timerFires) {
      situations.count(Situation.CLOCK_EXPIRY);
      return;
    }
    situations.count(Situation.STALL_ERROR);
    if (runs.stream().filter(run -> !run.closed).count() > 1) {
      situations.count(Situation.STALL_OF_ANOTHER_RUN);
    }
    Broken.unless(
        error.diagnosis().neededBytes() > error.diagnosis().largestFreeRunBytes()
            || !hasRoomFor(source.run, error.diagnosis().neededBytes()),
        "law 7: a claim that fits was called stalled: %s",
        error);
    Broken.unless(
        !stalls.isKnown() || stalls.stalled(source, task).contains(source),
        "law 7: a claim of %s that may be served one day was called stalled: %s",
        source.run,
        error);
  }

  @Override
  public void dispatch(Slot slot, int member, int worker) {
    note("dispatch %s.%d on %d", slot, member, worker);
    SimTask task = bySlot.get(slot);
    Broken.unless(!task.run().stopped, "law 8: %s starts, but its run has stopped", task);
    task.attempts.dispatched(member);
    Broken.unless(bytesOnly || !task.isWaiting(), "law 1: %s starts before %s", task, task.waits);
    int pool = scenario.pools.indexOf(tensors.pool(task.task));
    if (busy[pool][worker] > 0) {
      checkStaged(task, pool, worker);
    }
    int exact = task.task.exactWorker(member);
    Broken.unless(exact == -1 || exact == worker, "%s starts on the wrong worker", task);
    if (task.attempts.isAtItsFirstMember() && !bytesOnly) {
      turns.dispatched(task, pool);
      watches.dispatched(task.task, pool);
    }
    busy[pool][worker]++;
    task.startedStep = Math.min(task.startedStep, step);
    members.add(new Member(task, member, worker));
    if (exact >= 0) {
      situations.count(Situation.EXACT_WORKER);
    }
  }

  boolean startsLate(SimTask task) {
    return tensors.pool(task.task).startsLate();
  }

  @Override
  public boolean watchesOver(int pool) {
    return watches.isOver(pool);
  }

  @Override
  public void keptBack(int pool) {
    watches.keptBack(pool);
  }

  /// It goes behind another one, which it may only where no worker is idle and nobody can mind.
  private void checkStaged(SimTask task, int pool, int worker) {
    situations.count(Situation.STAGED_BEHIND);
    Broken.unless(
        busy[pool][worker] < scenario.pools.get(pool).depth(), "%s starts on a busy worker", task);
    Broken.unless(
        Arrays.stream(busy[pool]).allMatch(held -> held > 0),
        "%s is staged, but a worker is idle",
        task);
    Broken.unless(
        task.task.memberCount() == 1 && task.task.exactWorker(0) < 0 && task.task.timeoutNs() == 0,
        "%s must not be staged",
        task);
  }

  /// Its worker can be handed another one.
  void freed(Member member) {
    int pool = scenario.pools.indexOf(tensors.pool(member.task.task));
    busy[pool][member.worker]--;
    watches.freed(pool, member.worker);
  }

  /// The member no longer runs: to be said before the engine hears of it.
  void stopped(Member member) {
    members.remove(member);
    if (!member.replaced) {
      freed(member);
    }
    member.task.attempts.stopped();
  }

  @Override
  public void askToStop(Slot slot) {
    note("ask %s to stop", slot);
    bySlot.get(slot).askedToStop = true;
  }

  @Override
  public void interrupt(Slot slot) {
    note("interrupt %s", slot);
    SimTask task = bySlot.get(slot);
    Broken.unless(
        task.run().plan.options().cancelPolicy().interrupts(), "%s is to be left alone", task);
    situations.count(Situation.KERNEL_INTERRUPTED);
    task.askedToStop = true;
    task.interrupted = true;
  }

  @Override
  public void abandoned(Slot slot, int member) {
    note("give up %s.%d", slot, member);
    SimTask task = bySlot.get(slot);
    Member given =
        members.stream().filter(m -> m.task == task && m.member == member).findFirst().orElse(null);
    Broken.unless(given != null, "%s.%d is given up, and does not run", task, member);
    Broken.unless(
        members.stream().noneMatch(m -> m.replacementWanted && m.isOnSameWorker(given)),
        "two replacements for the worker of %s",
        given);
    given.replacementWanted = true;
    unanswered.add(given);
  }

  @Override
  public void judge(Slot slot, Throwable failure) {
    note("judge %s: %s", slot, failure);
    SimTask task = bySlot.get(slot);
    Broken.unless(task.attempts.abandoned, "only a timeout is judged: %s", task);
    task.attempts.judging = true;
    judgements.add(new Judgement(task, slot.attempt()));
  }

  @Override
  public double chance() {
    lastChance = scenario.chances.nextDouble();
    return lastChance;
  }

  /// A filter that was asked and has not answered.
  record Judgement(SimTask task, int attempt) {}

  @Override
  public long deliveredCount(Run run) {
    return ((SimRun) run.attachment()).deliveredCount;
  }

  @Override
  public void reportDelivery(Run run) {
    SimRun asked = (SimRun) run.attachment();
    asked.isReportAskedFor = !asked.isReportDue;
  }

  @Override
  public void completed(Slot slot) {
    note("completed %s", slot);
    SimTask early = bySlot.get(slot);
    if (early.run().isOutOfTurn(early)) {
      early.run().anyToldEarly = true;
      early.wasOutOfTurn = true; // also if it completed within this very step
    }
    SimTask task = decided(slot, TaskState.COMPLETED);
    Broken.unless(
        !task.run().stopped || task.wasOutOfTurn, "law 8: a stopped run is told of %s", task);
    task.run().undelivered.add(task);
    situations.count(Situation.TASK_COMPLETED);
  }

  @Override
  public void failed(Slot slot) {
    note("%s %s: %s", slot.state(), slot, slot.cause());
    Broken.unless(slot.cause() != null, "%s failed without a cause", slot);
    SimTask task = decided(slot, slot.state());
    task.run().anyFailure = true;
    if (task.attempts.resting && slot.state() == TaskState.CANCELLED) {
      situations.count(Situation.STOPPED_WHILE_RESTING);
    }
    if (task.attempts.attempt > 1 && slot.state() == TaskState.FAILED) {
      situations.count(Situation.FAILED_AFTER_RETRIES);
    }
    situations.count(
        slot.state() == TaskState.FAILED ? Situation.TASK_FAILED : Situation.TASK_CANCELLED);
  }

  private SimTask decided(Slot slot, TaskState as) {
    SimTask task = bySlot.get(slot);
    Broken.unless(task != null, "law 4: %s was told of twice", slot);
    Broken.unless(task.told == null, "law 4: %s ends as %s and as %s", task, task.told, as);
    Broken.unless(
        slot.state() == as || (mayBeGone(task) && slot.state() == TaskState.CONSUMED),
        "%s ends as %s",
        task,
        as);
    Broken.unless(
        as != TaskState.COMPLETED || task.attempts.runningMembers == 0,
        "law 4: %s completes while it runs",
        task);
    if (task.attempts.runningMembers > 0) {
      task.attempts.endsWhileItRuns(as);
    }
    task.told = as;
    task.run().undecided.remove(task);
    return task;
  }

  /// One that was told of when its turn came. Within a row of events nobody looks whether it had to wait.
  private boolean mayBeGone(SimTask task) {
    return task.wasOutOfTurn || (scenario.gathers && task.run().plan.sequential());
  }

  @Override
  public void runEnded(Run run, Throwable error) {
    note("ended %s: %s", run, error);
    SimRun ended = (SimRun) run.attachment();
    Broken.unless(!ended.ended, "%s ends twice", ended);
    Broken.unless(!ended.subscriberGone, "law 8: %s was cancelled and is told of its end", ended);
    if (error == null) {
      Broken.unless(
          !ended.anyFailure || ended.mode == FailureMode.PROGRAM,
          "law 6: %s completes in spite of a failure",
          ended);
      Broken.unless(ended.isSettled(), "%s completes too early", ended);
    }
    ended.ended = true;
    ended.error = error;
    stopped(ended);
    situations.count(
        error == null
            ? Situation.RUN_COMPLETED
            : ended.mode == FailureMode.FAIL_FAST
                ? Situation.RUN_FAILED_FAST
                : Situation.RUN_FAILED_DELAYED);
  }

  @Override
  public void drained(Object waiter, DrainTotals totals) {
    note("drained %s: %s", waiter, totals);
    Broken.unless(drainWaiters.remove(waiter), "law 5: a drain resolves twice: %s", waiter);
    Broken.unless(isQuiescent(), "law 5: a drain resolves too early");
    Broken.unless(totals.epoch() == expectedEpoch, "law 5: a drain of another epoch");
    Broken.unless(totals.taskCount() == nextSequence, "law 5: a drain counts %s", totals);
  }

  boolean isQuiescent() {
    return live.isEmpty()
        && members.isEmpty()
        && inHand.isEmpty()
        && runs.stream().allMatch(run -> run.closed);
  }

  @Override
  public void armTimer(long atNs) {
    note("timer at %d", atNs);
    deadlineNs = atNs;
  }

  @Override
  public boolean watched() {
    return scenario.watched;
  }

  @Override
  public void happened(TaskEvent event) {
    effects++;
    if (!bytesOnly) {
      told.take(event);
    }
    if (event instanceof TaskEvent.Refused) {
      Broken.unless(untoldStall == null, "events: nobody was told of %s", untoldStall);
    } else if (event instanceof TaskEvent.Stalled stalled) {
      stalled(stalled.diagnosis());
    }
  }

  /// One that is an error, or a report of what goes on to wait.
  private void stalled(Diagnosis diagnosis) {
    if (diagnosis.equals(untoldStall)) {
      untoldStall = null;
    } else {
      situations.count(Situation.CLOCK_REPORT);
    }
  }

  private void note(String format, Object... arguments) {
    effects++;
    trace.add("        " + format, arguments);
  }
}
