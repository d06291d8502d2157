package io.sluice.engine;

import io.sluice.task.TaskEvent;
import io.sluice.task.TaskState;
import java.util.function.IntPredicate;

/// Hands ready tasks to idle workers.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Dispatcher {
  private final Core core;
  private final Runs runs;
  private final Deadlines deadlines;
  private final Replacements replacements;
  private final PoolQueues[] pools;
  private long nextReadyStamp;
  private int busyCount;

  Dispatcher(Core core, Runs runs, Deadlines deadlines, Replacements replacements) {
    this.core = core;
    this.runs = runs;
    this.deadlines = deadlines;
    this.replacements = replacements;
    this.pools = new PoolQueues[core.config.pools().size()];
    int queueNumber = 0;
    for (int i = 0; i < pools.length; i++) {
      PoolLayout layout = core.config.pools().get(i);
      int workers = layout.workerCount();
      pools[i] =
          new PoolQueues(
              queueNumber, workers, layout.depth(), core.effects.watchesOver(i), this::start);
      queueNumber += PoolQueues.queueCount(workers);
    }
  }

  void ready(Slot slot) {
    slot.readyStamp = nextReadyStamp++;
    pools[slot.poolIndex].add(slot);
  }

  /// Takes a ready task back that is not to run.
  void withdraw(Slot slot) {
    pools[slot.poolIndex].withdraw(slot);
  }

  /// A member stopped on its worker, which is idle now.
  ///
  /// @return false if this member of this attempt does not run: a late or doubled report
  boolean stopped(Slot slot, int member, int attempt) {
    int worker = slot.worker(member);
    if (attempt != slot.attempt() || worker == Slot.NO_WORKER) {
      return false;
    }
    slot.setWorker(member, Slot.NO_WORKER);
    busyCount--;
    if (slot.knownControl() == null || !replacements.returned(slot, member)) {
      free(slot, worker);
    }
    return true;
  }

  private void free(Slot slot, int worker) {
    pools[slot.poolIndex].freed(worker);
    addRunning(slot.run, -1);
  }

  /// Another thread has taken the place of a worker whose kernel was given up.
  void replaced(Slot slot, int member, int attempt) {
    if (replacements.replaced(slot, member, attempt)) {
      free(slot, slot.worker(member));
    }
  }

  /// A kernel ran for so long.
  void ran(Slot slot, long ns) {
    pools[slot.poolIndex].ran(ns);
  }

  /// Nothing is left to this worker until it is free again.
  void heldUp(int pool, int worker) {
    pools[pool].heldUp(worker);
  }

  boolean isRunning(Slot slot, int member) {
    return slot.worker(member) != Slot.NO_WORKER;
  }

  /// The first worker that a member of the task runs on; -1 if none runs.
  int aWorkerOf(Slot slot) {
    for (int member = 0; member < slot.task.memberCount(); member++) {
      if (isRunning(slot, member)) {
        return slot.worker(member);
      }
    }
    return Slot.NO_WORKER;
  }

  /// Starts what can be started.
  void assign() {
    for (int i = 0; i < pools.length; i++) {
      if (pools[i].assign() && pools[i].keepsBack()) {
        core.effects.keptBack(i);
      }
    }
  }

  private void start(Slot slot, int member, int worker) {
    if (slot.runningMemberCount == 0
        && slot.task.timeoutNs() > 0
        && !core.config.pools().get(slot.poolIndex).startsLate()) {
      deadlines.attemptStarts(slot);
    }
    slot.setWorker(member, worker);
    slot.runningMemberCount++;
    slot.state = TaskState.RUNNING;
    busyCount++;
    addRunning(slot.run, 1);
    core.effects.dispatch(slot, member, worker);
    if (core.effects.watched()) {
      String pool = core.config.pools().get(slot.poolIndex).name();
      core.effects.happened(
          new TaskEvent.Started(
              slot.id(), slot.task.name(), slot.run.id(), member, pool, worker, core.now()));
    }
  }

  /// Whether short tasks of the default pool are left to workers that are busy, or counted on, while an idle one is at
  /// hand.
  boolean leavesShortTasks(IntPredicate isAtHand) {
    return pools[core.config.defaultPool()].leavesShortTasks(isAtHand);
  }

  /// A run with plenty is looked at again: nothing of it may move any more, or something may that is not yet watched
  /// over. Nothing need have been decided, as when a task rests before it is tried again.
  private void addRunning(Run run, int count) {
    run.runningCount += count;
    if (run.hasPlenty) {
      runs.touch(run);
    }
  }

  /// Whether short tasks of the default pool that run or are ready are to end within a moment, as long as somebody
  /// watches over who runs them.
  boolean endsAnySoon() {
    return pools[core.config.defaultPool()].endsAnySoon();
  }

  /// Somebody goes by [#endsAnySoon], and has busy workers of the default pool watched over: another event is sure to
  /// come from these.
  void countOnShortTasks() {
    pools[core.config.defaultPool()].countOnShortTasks();
    core.effects.keptBack(core.config.defaultPool());
  }

  /// Whether a task of the run is ready or runs in the default pool.
  boolean moves(Run run) {
    return pools[core.config.defaultPool()].moves(run);
  }

  /// Members that run.
  int busyCount() {
    return busyCount;
  }

  /// Whether something will come by itself: a member that may be counted on runs, or a task waits to
  /// be tried again. A kernel that was given up may never return.
  boolean movesByItself() {
    return busyCount > replacements.count() || core.restingCount > 0;
  }

  int readyCount() {
    int count = 0;
    for (PoolQueues pool : pools) {
      count += pool.readyCount();
    }
    return count;
  }

  int readyCount(int pool) {
    return pools[pool].readyCount();
  }

  /// Whether a group of this engine keeps workers back now.
  boolean isReserving() {
    for (PoolQueues pool : pools) {
      if (pool.isReserving()) {
        return true;
      }
    }
    return false;
  }
}
