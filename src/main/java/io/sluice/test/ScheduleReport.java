package io.sluice.test;

/// What a pipeline was put through.
///
/// @param scheduleCount schedules that it has passed, the plain ones among them
/// @param orderCount in how many different orders its kernels began and ended
/// @param failedCount schedules that ended with an error, as they were meant to or may
/// @param cancelledCount schedules in which the subscriber cancelled
/// @param stepCount steps of all schedules together
/// @param peakHeapBytes the most bytes of the heap that were taken at once
public record ScheduleReport(
    int scheduleCount,
    int orderCount,
    int failedCount,
    int cancelledCount,
    long stepCount,
    long peakHeapBytes) {}
