package io.sluice.engine;

import io.sluice.task.Task;

/// What all parts of one engine share: its heap, its slots, its counters.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Core {
  final EngineConfig config;
  final Effects effects;
  final HeapSpace heap;
  final SlotTable slots = new SlotTable();

  /// How many drains have reset the engine.
  long epoch;

  long nextSequence;
  long nextOrder;
  long nextRunNumber = 1;

  /// The time that the shell told last, in nanoseconds of its own clock.
  long nowNs;

  /// When a slab was freed or a task became terminal last.
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
  long undeliveredCount;

  /// Whether a claim that waits may fit now.
  boolean admissionDue;

  /// Whether a slab was freed, so that who follows the free bytes may ask for more.
  boolean bytesFreed;

  /// Whether a waiting claim may have become hopeless.
  boolean stallCheckDue;

  /// Whether a claim began to wait, so that the clock must run.
  boolean clockDue;

  boolean drainIsWaiting;

  /// When it was last told what a waiting drain waits for.
  long drainReportedNs;

  long taskCount;
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

  /// The pool that a task runs in; -1 if its name is unknown, or there is none of its kind.
  int poolOf(Task task) {
    return task.kind() == Task.Kind.ALLOC
        ? config.loaderPool()
        : config.poolIndex(task.pool(), task.isReactive());
  }

  /// No task that is admitted from now on may name it: claims that wait may be among these.
  void noLongerToBeHad(Version version) {
    if (version.watched) {
      mapStamp++;
    }
  }

  void progressed() {
    lastProgressNs = nowNs;
  }

  DrainTotals totals() {
    return new DrainTotals(
        epoch,
        taskCount,
        failedCount,
        cancelledCount,
        refusedCount,
        claimedBytes,
        heap.highWaterBytes(),
        used ? nowNs - startedNs : 0);
  }

  /// Back to the first sequence number, in a new epoch.
  void reset() {
    heap.reset();
    slots.reset();
    epoch++;
    nextSequence = 0;
    taskCount = 0;
    failedCount = 0;
    cancelledCount = 0;
    refusedCount = 0;
    claimedBytes = 0;
    used = false;
  }
}
