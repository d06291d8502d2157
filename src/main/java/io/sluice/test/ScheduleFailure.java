package io.sluice.test;

import org.jspecify.annotations.Nullable;

/// A schedule under which a pipeline did what it must not. The message says what, how to repeat it, and
/// what happened last.
public final class ScheduleFailure extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final long seed;

  private ScheduleFailure(long seed, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.seed = seed;
  }

  static ScheduleFailure of(long seed, String what, Trace trace, @Nullable Throwable cause) {
    String where =
        seed == 0
            ? "in the plain schedule, in which everything happens in its turn"
            : "with the seed %d; replay(%d) repeats it".formatted(seed, seed);
    return new ScheduleFailure(
        seed, "%s (%s). The last steps:\n%s".formatted(what, where, trace), cause);
  }

  /// What [Schedules#replay] repeats the schedule with; 0 for the plain one.
  public long seed() {
    return seed;
  }
}
