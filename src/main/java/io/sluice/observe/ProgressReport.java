package io.sluice.observe;

import java.time.Duration;

/// How far a phase of work is, at one moment.
///
/// @param phase its name
/// @param stepCount steps that are done
/// @param totalCount steps that there are; 0 if nobody knows
/// @param taskCount tasks of the runtime that have come to their end since the phase began
/// @param elapsed since the phase began
/// @param heapUsedBytes bytes of live slabs
/// @param heapCapacityBytes all bytes of the heap
/// @param note what the last step had to say; empty for nothing
/// @param finished whether it is the phase's last report
public record ProgressReport(
    String phase,
    long stepCount,
    long totalCount,
    long taskCount,
    Duration elapsed,
    long heapUsedBytes,
    long heapCapacityBytes,
    String note,
    boolean finished) {

  /// The share of the steps that is done, from 0 to 1; 0 where their total is unknown.
  public double share() {
    return totalCount == 0 ? 0 : Math.min(1, (double) stepCount / totalCount);
  }

  /// Tasks a second, since the phase began.
  public double tasksPerSecond() {
    return taskCount * 1e9 / Math.max(1, elapsed.toNanos());
  }

  /// How long the rest takes at the pace so far; zero where that can't be told.
  public Duration remaining() {
    if (stepCount == 0 || stepCount >= totalCount) {
      return Duration.ZERO;
    }
    double perStep = (double) elapsed.toNanos() / stepCount;
    return Duration.ofNanos((long) (perStep * (totalCount - stepCount)));
  }
}
