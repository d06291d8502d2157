package io.sluice.gateway;

/// Turns the runtime's times into those of the wall clock.
///
/// An event comes some moment after it happened, never before: the least difference seen is the best.
///
/// **Confinement.** One thread.
final class Clock {
  private static final long NS_IN_MS = 1_000_000;

  private long differenceNs = Long.MAX_VALUE;

  /// An event that happened at this time has come just now.
  void seen(long runtimeNs, long wallMs) {
    differenceNs = Math.min(differenceNs, wallMs * NS_IN_MS - runtimeNs);
  }

  /// Milliseconds since 1970, with a fraction.
  double wallMs(long runtimeNs) {
    return (differenceNs + runtimeNs) / (double) NS_IN_MS;
  }
}
