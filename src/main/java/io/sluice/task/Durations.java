package io.sluice.task;

import java.time.Duration;

/// What durations are allowed. More than this is a slip of units, and would overflow a `long` of
/// nanoseconds before long.
final class Durations {
  static final Duration MAX = Duration.ofDays(365);

  private Durations() {}
}
