package io.sluice.engine;

/// How many members each worker of a pool holds, where a worker may hold several: the one that it runs, and
/// those staged behind it.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class HeldCounts {
  private final int depth;
  private final int[] counts;

  HeldCounts(int workerCount, int depth) {
    this.depth = depth;
    this.counts = new int[workerCount];
  }

  void started(int worker) {
    counts[worker]++;
  }

  /// Whether the worker has nothing left.
  boolean freed(int worker) {
    return --counts[worker] == 0;
  }

  /// The worker that holds the least; -1 if none has room.
  int leastLoaded() {
    int least = 0;
    for (int worker = 1; worker < counts.length; worker++) {
      if (counts[worker] < counts[least]) {
        least = worker;
      }
    }
    return counts[least] < depth ? least : -1;
  }
}
