package io.sluice;

import io.sluice.task.RunId;

/// Where an open run stands.
///
/// @param run its number and name
/// @param requestedCount tasks asked for so far, without those that a publisher did not send before it
///     ended; a program's tasks count as they come
/// @param admittedCount tasks admitted so far
/// @param refusedCount tasks refused so far
/// @param waitingCount tasks that came and are neither admitted nor refused
/// @param undecidedCount tasks admitted that are not yet completed, failed or cancelled
/// @param undeliveredCount results not yet handed over
/// @param heapBytes bytes of the live slabs of its tasks
/// @param heapLimitBytes the most that those may be; `Long.MAX_VALUE` for no limit but the heap
public record RunFigures(
    RunId run,
    long requestedCount,
    long admittedCount,
    long refusedCount,
    long waitingCount,
    long undecidedCount,
    long undeliveredCount,
    long heapBytes,
    long heapLimitBytes) {

  /// Tasks asked for that are neither admitted nor refused, whether they came or not.
  public long outstandingCount() {
    return requestedCount - admittedCount - refusedCount;
  }
}
