package io.sluice.engine;

/// What an epoch came to.
///
/// @param epoch the epoch that ended, or the current one if nothing was reset
/// @param taskCount tasks admitted
/// @param failedCount of these, failed
/// @param cancelledCount of these, cancelled
/// @param refusedCount tasks refused before admission
/// @param claimedBytes bytes of all slabs together, aligned
/// @param peakHeapBytes the most bytes that were live at once
/// @param elapsedNs since the epoch's first run was opened; 0 if there was none
public record DrainTotals(
    long epoch,
    long taskCount,
    long failedCount,
    long cancelledCount,
    long refusedCount,
    long claimedBytes,
    long peakHeapBytes,
    long elapsedNs) {}
