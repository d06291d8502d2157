package io.sluice.runtime;

import io.sluice.engine.DrainTotals;
import io.sluice.engine.Engine;

/// A few figures of the engine that anyone may read at any time.
///
/// Written at the end of each drain, one after another: a reader may see some newer than others.
final class Gauges {
  private volatile long heapUsedBytes;
  private volatile long heapPeakBytes;
  private volatile long admittedCount;
  private volatile long claimedBytes;
  private volatile int liveCount;
  private volatile int runningCount;

  void publish(Engine engine) {
    DrainTotals totals = engine.totals();
    heapUsedBytes = engine.heap().usedBytes();
    heapPeakBytes = totals.peakHeapBytes();
    admittedCount = totals.taskCount();
    claimedBytes = totals.claimedBytes();
    liveCount = engine.liveSlotCount();
    runningCount = engine.busyWorkerCount();
  }

  GaugeReading read(long capacityBytes) {
    return new GaugeReading(
        capacityBytes,
        heapUsedBytes,
        heapPeakBytes,
        admittedCount,
        claimedBytes,
        liveCount,
        runningCount);
  }
}
