package io.sluice.engine;

import io.sluice.config.HeapPolicy;
import io.sluice.error.Diagnosis;
import io.sluice.error.WorkerLostException;
import io.sluice.task.RunId;
import io.sluice.task.Task;
import io.sluice.task.UserTensor;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The deterministic core: events in, [Effects] out.
///
/// It has no threads, no clock, no I/O. Each public method is one event and runs to its end: when it
/// returns, all that follows from it was worked off and all effects were told. The same events have
/// the same effects.
///
/// **Confinement.** Owned by the scheduler's drain loop; not thread-safe. [#adopt] alone may be
/// called from any thread.
public final class Engine {
  private final Core core;
  private final Runs runs;
  private final TensorMap map = new TensorMap();
  private final Dispatcher dispatcher;
  private final Deadlines deadlines;
  private final Replacements replacements;
  private final Lifecycle lifecycle;
  private final Attempts attempts;
  private final Claims claims;
  private final Admission admission;
  private final Diagnoser diagnoser;
  private final AllocationClock clock;
  private final Alarm alarm;
  private final FollowUps followUps;
  private final DrainWaiters drainWaiters;

  public Engine(EngineConfig config, Effects effects) {
    core = new Core(config, effects);
    runs = new Runs(core);
    drainWaiters = new DrainWaiters(core);
    deadlines = new Deadlines(core);
    replacements = new Replacements(core);
    dispatcher = new Dispatcher(core, runs, deadlines, replacements);
    lifecycle = new Lifecycle(core, map, dispatcher, runs);
    attempts = new Attempts(core, lifecycle, dispatcher, runs, deadlines, replacements);
    lifecycle.wire(attempts);
    TaskCheck check = new TaskCheck(core);
    claims = new Claims(core, check, map, lifecycle);
    admission = new Admission(core, check, claims, lifecycle, runs, new Supply(core, dispatcher));
    runs.wire(lifecycle, attempts, admission);
    diagnoser = new Diagnoser(core, admission, dispatcher, runs, replacements);
    StallFinder stalls = new StallFinder(core, admission, diagnoser);
    clock = new AllocationClock(core, admission, diagnoser, runs);
    alarm = new Alarm(core, deadlines, clock);
    followUps = new FollowUps(core, lifecycle, admission, dispatcher, runs, stalls, alarm);
  }

  /// From now on, what may follow from tasks, completions, deliveries and closed results waits for the next other
  /// event, or for [#catchUp]: whoever tells of many in a row has them worked off together.
  public void gather() {
    followUps.gather();
  }

  /// Works off what was left since [#gather]. To be called before anything is asked of the engine.
  public void catchUp() {
    followUps.catchUp();
  }

  /// Makes a user-owned tensor this engine's. May be called from any thread.
  public void adopt(UserTensor tensor) {
    TensorRecord.claim(tensor, core);
  }

  /// Tells the time, in nanoseconds of the shell's clock; never goes back.
  public void advanceTo(long nowNs) {
    core.advanceTo(nowNs);
  }

  /// Time may have passed: whatever goes by it asks [Effects#nowNs], once until this is said again.
  public void timePassed() {
    core.timeIsOld = true;
  }

  /// Opens a run. It ends when its sources are drained, [#noMoreSources] was said and its tasks are
  /// decided; it stays open until [#closed].
  public Run openRun(RunPlan plan, Object attachment) {
    Run run = runs.open(plan, attachment);
    alarm.armIfDue();
    return run;
  }

  /// The run's program or publisher opens no more sources.
  public void noMoreSources(Run run) {
    runs.noMoreSources(run);
    followUps.workOff();
  }

  /// Opens a scope inside another one.
  ///
  /// @throws io.sluice.error.InvalidTaskException if it would lie deeper than [Scope#MAX_DEPTH]
  public Scope openScope(Scope parent) {
    return Scopes.open(parent);
  }

  /// Ends a scope; never waits. Ending it twice changes nothing.
  public void endScope(Scope scope) {
    lifecycle.endScope(scope);
    followUps.workOff();
  }

  /// Opens a source of tasks.
  ///
  /// @param pulled whether it is asked for tasks as the look-ahead allows
  /// @param endsScope whether its scope ends with its last task
  public Source openSource(
      Run run, Scope scope, boolean pulled, boolean endsScope, Object attachment) {
    return open(new Source(run, scope, pulled, endsScope, false, 0, attachment));
  }

  /// Opens the source of the tasks of one scope, asked for as the look-ahead allows, which ends with its last
  /// task.
  ///
  /// @param inHandCount how many tasks behind it were asked for already: they count for its look-ahead, of which
  ///     at least 1 is left to it
  public Source openSourceOfScope(Scope scope, long inHandCount, Object attachment) {
    return open(new Source(scope.run, scope, true, true, false, inHandCount, attachment));
  }

  /// Opens a source of tasks, asked for as the look-ahead allows, each of which is a scope by itself: one
  /// inside the run's outer scope, which ends when its task is admitted.
  public Source openSourceOfScopes(Run run, Object attachment) {
    return open(new Source(run, run.outerScope, true, false, true, 0, attachment));
  }

  private Source open(Source source) {
    admission.open(source);
    followUps.workOff();
    return source;
  }

  /// A task came from a source.
  public void submit(Source source, Task task) {
    followUps.letThoseWaitingGoFirst();
    admission.submit(source, task);
    followUps.workOffLater();
  }

  /// Drops the tasks of a source that still wait, and closes it.
  public void withdraw(Source source) {
    admission.withdraw(source);
    followUps.workOff();
  }

  /// A source's publisher completed.
  public void sourceEnded(Source source) {
    admission.publisherEnded(source);
    followUps.workOff();
  }

  /// A source's publisher failed: as the run's failure mode has it, the run fails at once, or goes on
  /// with what came before.
  public void sourceFailed(Source source, Throwable error) {
    runs.failed(source.run, error);
    admission.publisherEnded(source);
    followUps.workOff();
  }

  /// Something of the run failed that is not a task; taken by the run's failure mode.
  public void recordFailure(Run run, Throwable error) {
    runs.failed(run, error);
    followUps.workOff();
  }

  /// Fails all open runs, each with an error of its own.
  public void failAll(Function<? super RunId, ? extends Throwable> errors) {
    for (Run run : runs.openNow()) {
      runs.fail(run, errors.apply(run.id()));
    }
    followUps.workOff();
  }

  /// Tells all open runs of an error and does nothing else, for when this engine can't be trusted:
  /// some may have ended on its books and never have heard of it. It may be their second end.
  public void giveUp(Throwable error) {
    for (Run run : runs.openNow()) {
      core.effects.runEnded(run, error);
    }
  }

  /// Something outside fails the run: its publisher, its program, a broken rule.
  public void fail(Run run, Throwable error) {
    runs.fail(run, error);
    followUps.workOff();
  }

  /// The run's subscriber has cancelled.
  public void cancel(Run run) {
    runs.cancel(run);
    followUps.workOff();
  }

  /// The answer to [Effects#reportDelivery].
  public void delivered(Run run) {
    core.admissionDue = true;
    runs.touch(run);
    followUps.workOffLater();
  }

  /// The run's last signal was handed over, or its subscriber has gone and nothing is on its way.
  public void closed(Run run) {
    runs.closed(run);
    followUps.workOff();
  }

  /// A yielding result was closed. Doing it twice changes nothing.
  public void resultClosed(Slot slot) {
    lifecycle.closeResult(slot);
    followUps.workOff();
  }

  /// The same, by a caller who has called [Slot#letGoOfYieldedUserTensors] before.
  public void resultReturned(Slot slot) {
    lifecycle.returnResult(slot);
    followUps.workOffLater();
  }

  /// A member of a task returned. A report for another attempt, or a second one, is ignored.
  public void memberCompleted(Slot slot, int member, int attempt, long runTimeNs) {
    memberCompleted(slot, member, attempt, runTimeNs, null);
  }

  /// The same, by a member that has said how many rows it used of what it wrote anew.
  ///
  /// @param rows for each of the member's tensors; below 0 where it said nothing
  public void memberCompleted(
      Slot slot, int member, int attempt, long runTimeNs, long @Nullable [] rows) {
    if (dispatcher.stopped(slot, member, attempt)) {
      slot.runTimeNs = Math.max(slot.runTimeNs, runTimeNs);
      dispatcher.ran(slot, runTimeNs);
      if (slot.hasMaximum) {
        slot.noteRows(member, rows);
      }
      memberStopped(slot, null, false, false);
    }
  }

  /// A member of a task failed; it may be tried again if the task has retries left.
  public void memberFailed(Slot slot, int member, int attempt, Throwable failure) {
    memberFailed(slot, member, attempt, failure, true);
  }

  /// A member of a task failed.
  ///
  /// @param mayRetry what the filter of the task's retries said of the failure, outside
  public void memberFailed(
      Slot slot, int member, int attempt, Throwable failure, boolean mayRetry) {
    if (dispatcher.stopped(slot, member, attempt)) {
      memberStopped(slot, failure, mayRetry, false);
    }
  }

  /// The worker of a member is gone, and with it the kernel: nothing of this member touches a byte any
  /// more. The worker counts as idle again.
  public void memberLost(Slot slot, int member, int attempt, WorkerLostException cause) {
    memberFailed(slot, member, attempt, cause, true);
  }

  /// A member of a task was not started, because its run has stopped.
  public void memberCancelled(Slot slot, int member, int attempt) {
    if (dispatcher.stopped(slot, member, attempt)) {
      memberStopped(slot, null, false, true);
    }
  }

  private void memberStopped(
      Slot slot, @Nullable Throwable failure, boolean mayRetry, boolean cancelled) {
    attempts.memberStopped(slot, failure, mayRetry, cancelled);
    followUps.workOffLater();
  }

  /// The answer to [Effects#judge]. One for an earlier attempt is ignored.
  public void judged(Slot slot, int attempt, boolean mayRetry) {
    attempts.judged(slot, attempt, mayRetry);
    followUps.workOff();
  }

  /// The answer to [Effects#abandoned], if there is one: another thread has taken the place of the
  /// member's worker. Ignored if the kernel has returned meanwhile.
  public void workerReplaced(Slot slot, int member, int attempt) {
    dispatcher.replaced(slot, member, attempt);
    followUps.workOff();
  }

  /// In a pool whose workers start late: the worker is there, and takes a member of the attempt, maybe once
  /// more. The attempt's time begins. Ignored if nobody waits for the attempt any more.
  public void attemptStarted(Slot slot, int attempt) {
    attempts.started(slot, attempt);
    followUps.workOff();
  }

  /// The answer to [Effects#keptBack], if there is one: this worker of the pool has been busy for longer
  /// than short tasks should wait. They go to others until it is free again; ignored if it is.
  public void heldUp(int pool, int worker) {
    dispatcher.heldUp(pool, worker);
    followUps.workOff();
  }

  /// Whether tasks of less than a microsecond are left to busy workers of the default pool, or run there and have others
  /// behind them: one of these workers reports in a moment, so another event is sure to come, [#heldUp] if nothing else.
  ///
  /// @param isAtHand whether that worker, idle here, is in no item either, such as a subscriber: if none is, nobody can
  ///     be relied on to tell
  public boolean leavesShortTasks(IntPredicate isAtHand) {
    return dispatcher.leavesShortTasks(isAtHand);
  }

  /// Lifts the poison of a user-owned tensor for tasks admitted from here on.
  public void acceptAsIs(UserTensor tensor) {
    Version version = TensorRecord.newest(tensor, core);
    if (version != null) {
      map.acceptAsIs(version);
    }
  }

  /// The time asked for by [Effects#armTimer] has come.
  public void timerFired() {
    alarm.ring();
    attempts.fireDue();
    core.admissionDue = true;
    followUps.workOff();
    clock.fired();
    followUps.workOff();
    alarm.rung();
  }

  /// Registers a waiter for quiescence, answered by [Effects#drained] at the next [#settle] at which
  /// all is quiet; at once if the engine is unused.
  public void drain(Object waiter) {
    drainWaiters.add(waiter);
    alarm.armIfDue();
  }

  /// Forgets a waiter.
  public void cancelDrain(Object waiter) {
    drainWaiters.remove(waiter);
  }

  /// Forgets all waiters, and returns them.
  public List<Object> giveUpDrains() {
    return drainWaiters.takeAll();
  }

  /// To be called when no event is queued: resets everything if somebody waits for it and all is
  /// quiet, and answers all waiters, as one step.
  public void settle() {
    if (!drainWaiters.isEmpty() && isQuiescent()) {
      drainWaiters.resetAndAnswer();
    }
  }

  /// Whether no run is open, no task alive, no result open.
  public boolean isQuiescent() {
    return core.openRunCount == 0 && core.slots.count() == 0 && core.openResultCount == 0;
  }

  /// Why nothing moves, or what moves.
  public Diagnosis diagnose() {
    return diagnoser.overall();
  }

  /// Where all open runs stand now.
  public List<RunDemand> demand() {
    return runs.openNow().stream().map(Run::demand).toList();
  }

  /// What a drain would wait for now.
  public Diagnosis diagnoseDrain() {
    return diagnoser.drain();
  }

  public long epoch() {
    return core.epoch.number;
  }

  /// The heap's accounting, to read.
  public HeapSpace heap() {
    return core.heap;
  }

  /// Where slabs are placed.
  public HeapPolicy heapPolicy() {
    return core.config.heapPolicy();
  }

  /// Shows the live slots that own a slab, in no order that matters.
  public void forEachSlab(Consumer<? super Slot> visitor) {
    core.slots.forEach(
        slot -> {
          if (slot.slabTicket != HeapSpace.NONE) {
            visitor.accept(slot);
          }
        });
  }

  public int liveSlotCount() {
    return core.slots.count();
  }

  public long openResultCount() {
    return core.openResultCount;
  }

  public int openRunCount() {
    return core.openRunCount;
  }

  /// Members that run.
  public int busyWorkerCount() {
    return dispatcher.busyCount();
  }

  /// Members whose kernels were given up and have not returned.
  public int unreturnedCount() {
    return replacements.count();
  }

  /// Tasks admitted in the current epoch.
  public long admittedCount() {
    return core.taskCount;
  }

  /// Those of them of which nothing runs any more, or will.
  public long endedCount() {
    return core.taskCount - core.unsettledCount;
  }

  /// The same, of all epochs.
  public long endedInAllCount() {
    return core.pastTaskCount + endedCount();
  }

  /// Bytes claimed in the current epoch, of slabs that are gone as well.
  public long claimedBytes() {
    return core.claimedBytes;
  }

  /// The source for whose oldest task bytes are kept, if any.
  public @Nullable Source reservedFor() {
    return admission.reservation().holder();
  }

  /// The source of this run for whose oldest task its siblings take no bytes, if any.
  public @Nullable Source reservedFor(Run run) {
    return run.keepsRoomFor;
  }

  /// The storage of a user-owned tensor.
  public Version version(UserTensor tensor) {
    return Objects.requireNonNull(TensorRecord.newest(tensor, core));
  }

  /// Figures of the current epoch so far.
  public DrainTotals totals() {
    return core.totals();
  }

  Core core() {
    return core;
  }

  Claims claims() {
    return claims;
  }
}
