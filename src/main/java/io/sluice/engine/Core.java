package io.sluice.engine;

import io.sluice.task.Task;

/// What all parts of one engine share: its heap, its slots, its counters.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Core implements TensorRecord {
  final EngineConfig config;
  final Effects effects;
  final HeapSpace heap;
  final LiveSlots slots = new LiveSlots();

  /// Its number is how many drains have reset the engine.
  Epoch epoch = new Epoch(this, 0);

  long nextSequence;
  long nextOrder;
  long nextRunNumber = 1;

  /// The time that was told last, in nanoseconds of the shell's own clock; [#now()] is the one to go by.
  long nowNs;

  /// Whether it must be asked for anew before anything goes by it.
  boolean timeIsOld;

  /// When a slab was freed or a task became terminal last; kept while somebody may go by it.
  long lastProgressNs;

  /// Counts what can change the size or the admissibility of a waiting task: versions written in place
  /// that come, watched ones that are no longer to be had, refusals.
  long mapStamp;

  /// How many claims have taken bytes.
  long byteClaimCount;

  int openRunCount;
  long unsettledCount;

  /// Tasks between two attempts.
  long restingCount;

  long openResultCount;

  /// Whether a claim that waits may fit now.
  boolean admissionDue;

  /// Whether a slab was freed, so that who follows the free bytes may ask for more.
  boolean bytesFreed;

  /// Whether a waiting claim may have become hopeless.
  boolean stallCheckDue;

  /// Whether a claim began to wait, so that the clock must run.
  boolean clockDue;

  /// Whether the clock runs.
  boolean clockRuns;

  boolean drainIsWaiting;

  /// When it was last told what a waiting drain waits for.
  long drainReportedNs;

  long taskCount;

  /// Of epochs that have ended.
  long pastTaskCount;

  long failedCount;
  long cancelledCount;
  long refusedCount;
  long claimedBytes;
  long startedNs;
  boolean used;

  Core(EngineConfig config, Effects effects) {
    this.config = config;
    this.effects = effects;
    this.heap = HeapSpace.of(config.heapPolicy(), config.heapBytes());
  }

  @Override
  public Core engine() {
    return this;
  }

  /// The pool that a task runs in; -1 if its name is unknown, or there is none of its kind.
  int poolOf(Task task) {
    return task.kind() == Task.Kind.ALLOC
        ? config.loaderPool()
        : config.poolIndex(task.pool(), task.isReactive());
  }

  /// No task that is admitted from now on may name it: claims that wait may be among these. Those are looked
  /// at again, and watch it again if they still wait.
  void noLongerToBeHad(Version version) {
    if (version.watched) {
      version.watched = false;
      mapStamp++;
    }
  }

  /// The time, asked for once in a turn, and only in those in which something goes by it: to look at a
  /// clock costs as much as the rest of a short turn.
  long now() {
    if (timeIsOld) {
      advanceTo(effects.nowNs());
    }
    return nowNs;
  }

  /// Time never goes back.
  void advanceTo(long toldNs) {
    timeIsOld = false;
    nowNs = Math.max(nowNs, toldNs);
  }

  /// Whoever begins to wait later counts from then.
  void progressed() {
    boolean isWaitedFor = clockDue || clockRuns || drainIsWaiting || effects.watched();
    if (isWaitedFor && config.allocationTimeoutNs() != EngineConfig.NO_TIMEOUT) {
      lastProgressNs = now();
    }
  }

  DrainTotals totals() {
    return new DrainTotals(
        epoch.number,
        taskCount,
        failedCount,
        cancelledCount,
        refusedCount,
        claimedBytes,
        heap.highWaterBytes(),
        used ? now() - startedNs : 0);
  }

  /// Back to the first sequence number, in a new epoch.
  void reset() {
    if (slots.count() != 0) {
      throw new IllegalStateException(
          slots.count() + " slot(s) live at a reset; this is a bug in Sluice");
    }
    heap.reset();
    epoch = epoch.next();
    nextSequence = 0;
    pastTaskCount += taskCount;
    taskCount = 0;
    failedCount = 0;
    cancelledCount = 0;
    refusedCount = 0;
    claimedBytes = 0;
    used = false;
  }
}
