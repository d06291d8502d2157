package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.worker.WorkerPool;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/// A few figures of the engine that anyone may read at any time.
///
/// Written at the end of each drain, one after another: a reader may see some newer than others.
final class Gauges {
  private static final int HEAP_USED = 0;
  private static final int HEAP_PEAK = 1;
  private static final int ADMITTED = 2;
  private static final int CLAIMED = 3;
  private static final int LIVE = 4;
  private static final int RUNNING = 5;
  private static final int ENDED = 6;
  private static final int ENDED_IN_ALL = 7;

  /// Released and not volatile: as many full fences would cost a drain more than all else that it does for
  /// itself.
  private final AtomicLongArray figures = new AtomicLongArray(8);

  void publish(Engine engine) {
    figures.setRelease(HEAP_USED, engine.heap().usedBytes());
    figures.setRelease(HEAP_PEAK, engine.heap().highWaterBytes());
    figures.setRelease(ADMITTED, engine.admittedCount());
    figures.setRelease(CLAIMED, engine.claimedBytes());
    figures.setRelease(LIVE, engine.liveSlotCount());
    figures.setRelease(RUNNING, engine.busyWorkerCount());
    figures.setRelease(ENDED, engine.endedCount());
    figures.setRelease(ENDED_IN_ALL, engine.endedInAllCount());
  }

  GaugeReading read(long capacityBytes, List<WorkerPool> pools) {
    return new GaugeReading(
        capacityBytes,
        figures.get(HEAP_USED),
        figures.get(HEAP_PEAK),
        figures.get(ADMITTED),
        figures.get(CLAIMED),
        figures.get(ENDED),
        figures.get(ENDED_IN_ALL),
        (int) figures.get(LIVE),
        (int) figures.get(RUNNING),
        pools.stream().mapToLong(WorkerPool::restartCount).sum(),
        pools.stream().mapToLong(WorkerPool::lostCount).sum());
  }
}
