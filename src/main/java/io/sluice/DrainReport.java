package io.sluice;

import java.time.Duration;

/// What an epoch came to: from the first run after the last reset until this one.
///
/// @param epoch the epoch that ended, from 0; the current one if there was nothing to reset
/// @param taskCount tasks admitted
/// @param failedCount of these, how many failed
/// @param cancelledCount of these, how many were cancelled
/// @param refusedCount tasks refused before they took anything
/// @param claimedBytes bytes of all slabs together, aligned to 1,024 each
/// @param peakHeapBytes the most bytes that were live at once
/// @param elapsed from the first run's subscription to the drain
public record DrainReport(
    long epoch,
    long taskCount,
    long failedCount,
    long cancelledCount,
    long refusedCount,
    long claimedBytes,
    long peakHeapBytes,
    Duration elapsed) {}
