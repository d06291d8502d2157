package io.sluice.runtime;

/// Where a runtime stands.
///
/// @param heapCapacityBytes all bytes of the heap
/// @param heapUsedBytes bytes of live slabs
/// @param heapPeakBytes the most that were live at once in this epoch
/// @param admittedCount tasks admitted in this epoch
/// @param claimedBytes bytes of all slabs of this epoch together
/// @param endedCount those of them that came to an end: nothing of them runs, or will
/// @param endedInAllCount tasks that did so since the runtime was made
/// @param liveCount tasks that are not yet consumed
/// @param runningCount members of tasks that run
/// @param restartCount worker processes that had died and were started again, since the runtime was made
/// @param lostWorkerCount worker processes that died in the middle of a task, since the runtime was made
public record GaugeReading(
    long heapCapacityBytes,
    long heapUsedBytes,
    long heapPeakBytes,
    long admittedCount,
    long claimedBytes,
    long endedCount,
    long endedInAllCount,
    int liveCount,
    int runningCount,
    long restartCount,
    long lostWorkerCount) {}
