package io.sluice;

import io.sluice.engine.Engine;
import io.sluice.engine.RunDemand;
import java.util.List;
import java.util.function.ToLongFunction;

/// Where all open runs stand, at one moment.
///
/// @param heapCapacityBytes all bytes of the heap
/// @param heapUsedBytes bytes of live slabs, those of runs that have ended too
/// @param runs each open run, the oldest first
public record DemandFigures(long heapCapacityBytes, long heapUsedBytes, List<RunFigures> runs) {
  /// Keeps a copy of the list.
  public DemandFigures {
    runs = List.copyOf(runs);
  }

  static DemandFigures of(Engine engine) {
    return new DemandFigures(
        engine.heap().capacityBytes(),
        engine.heap().usedBytes(),
        engine.demand().stream().map(DemandFigures::figures).toList());
  }

  private static RunFigures figures(RunDemand run) {
    return new RunFigures(
        run.run(),
        run.requestedCount(),
        run.admittedCount(),
        run.refusedCount(),
        run.waitingCount(),
        run.undecidedCount(),
        run.undeliveredCount(),
        run.heapBytes(),
        run.heapLimitBytes());
  }

  /// Tasks that the open runs have asked for so far.
  public long requestedCount() {
    return sum(RunFigures::requestedCount);
  }

  /// Tasks of the open runs admitted so far.
  public long admittedCount() {
    return sum(RunFigures::admittedCount);
  }

  /// Tasks that came and are neither admitted nor refused.
  public long waitingCount() {
    return sum(RunFigures::waitingCount);
  }

  /// Tasks asked for that are neither admitted nor refused, whether they came or not.
  public long outstandingCount() {
    return sum(RunFigures::outstandingCount);
  }

  private long sum(ToLongFunction<RunFigures> count) {
    return runs.stream().mapToLong(count).sum();
  }
}
