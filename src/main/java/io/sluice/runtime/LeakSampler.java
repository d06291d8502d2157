package io.sluice.runtime;

import io.sluice.config.LeakLevel;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Decides of which assemblies and results stack traces are taken: one costs some microseconds, as
/// much as a small run.
///
/// **Threads.** Any.
final class LeakSampler {
  /// A prime: a program that repeats the same few steps is seen at each of them in turn.
  static final int ONE_IN = 127;

  private final LeakLevel level;
  private final AtomicLong assemblyCount = new AtomicLong();
  private final AtomicLong resultCount = new AtomicLong();

  LeakSampler(LeakLevel level) {
    this.level = level;
  }

  LeakLevel level() {
    return level;
  }

  /// Where a run is assembled now, if this assembly is to be traced. The first ones are: a program
  /// that assembles its runs once and subscribes for ever has its places told.
  @Nullable Throwable assembledHere() {
    return isTraced(assemblyCount, ONE_IN) ? new Throwable("the run was assembled here") : null;
  }

  /// What takes down who touches a result, if this result is to be traced.
  @Nullable TouchLog newLog(String firstTouch) {
    return isTraced(resultCount, 1) ? new TouchLog(firstTouch) : null;
  }

  private boolean isTraced(AtomicLong counter, int firstCount) {
    return switch (level) {
      case OFF -> false;
      case SAMPLED -> isSampled(counter.getAndIncrement(), firstCount);
      case PARANOID -> true;
    };
  }

  private static boolean isSampled(long number, int firstCount) {
    return number < firstCount || number % ONE_IN == 0;
  }
}
