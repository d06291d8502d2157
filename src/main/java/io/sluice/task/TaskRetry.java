package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How often a task is tried again, and after which delay; names and formula are those of Reactor's
/// `Retry`. Immutable: each method returns another one.
///
/// ```java
/// task.retry(TaskRetry.backoff(3, Duration.ofMillis(100)).filter(IOException.class::isInstance))
/// ```
///
/// There are two budgets. One is for what the kernel does: it throws, or runs into the task's timeout.
/// The other is for lost workers ([io.sluice.error.WorkerLostException]), where the kernel may be
/// innocent; it is as large as the first unless [#maxLostWorkers] says otherwise. A cancelled task is
/// never tried again.
///
/// **The delay** before retry n (n = 0, 1, …, over both budgets) is `minBackoff * 2^n`, at most
/// `maxBackoff`; then jitter adds or takes away up to `jitter` of it, within `minBackoff` and
/// `maxBackoff`.
///
/// **Threads.** Safe to share.
public final class TaskRetry {
  private static final double DEFAULT_JITTER = 0.5;

  private final long maxAttempts;
  private final long maxLostWorkers;
  private final Duration minBackoff;
  private final Duration maxBackoff;
  private final double jitter;
  private final @Nullable Predicate<? super Throwable> filter;

  private TaskRetry(
      long maxAttempts,
      long maxLostWorkers,
      Duration minBackoff,
      Duration maxBackoff,
      double jitter,
      @Nullable Predicate<? super Throwable> filter) {
    this.maxAttempts = maxAttempts;
    this.maxLostWorkers = maxLostWorkers;
    this.minBackoff = minBackoff;
    this.maxBackoff = maxBackoff;
    this.jitter = jitter;
    this.filter = filter;
  }

  /// Up to so many retries, each at once.
  ///
  /// @throws InvalidTaskException if the number is negative
  public static TaskRetry max(long maxAttempts) {
    return fixedDelay(maxAttempts, Duration.ZERO);
  }

  /// Up to so many retries, each after the same delay.
  ///
  /// @throws InvalidTaskException if the number is negative, or the delay null, negative or more than
  ///     365 days
  public static TaskRetry fixedDelay(long maxAttempts, Duration delay) {
    checkCount("maxAttempts", maxAttempts);
    checkDelay("fixedDelay", delay);
    return new TaskRetry(maxAttempts, maxAttempts, delay, delay, 0, null);
  }

  /// Up to so many retries, the delay doubling from `minBackoff` on, with a jitter of 0.5.
  ///
  /// @throws InvalidTaskException if the number is negative, or the delay null, negative or more than
  ///     365 days
  public static TaskRetry backoff(long maxAttempts, Duration minBackoff) {
    checkCount("maxAttempts", maxAttempts);
    checkDelay("minBackoff", minBackoff);
    return new TaskRetry(maxAttempts, maxAttempts, minBackoff, Durations.MAX, DEFAULT_JITTER, null);
  }

  private static void checkCount(String what, long count) {
    if (count < 0) {
      throw refusal(
          String.format(
              Locale.ROOT, "%s must be at least 0, was %,d; use 0 for none", what, count));
    }
  }

  private static void checkDelay(String what, @Nullable Duration delay) {
    if (delay == null || delay.isNegative() || delay.compareTo(Durations.MAX) > 0) {
      throw refusal(
          what + " must be from 0 to 365 days, was " + delay + "; use max(...) for no delay");
    }
  }

  private static InvalidTaskException refusal(String message) {
    return InvalidTaskException.of("a retry", message);
  }

  /// No delay is longer; 365 days unless set.
  ///
  /// @throws InvalidTaskException if it is null, shorter than the shortest, or more than 365 days
  public TaskRetry maxBackoff(Duration longest) {
    checkDelay("maxBackoff", longest);
    if (longest.compareTo(minBackoff) < 0) {
      throw refusal(
          "maxBackoff must be at least minBackoff, %s, was %s; lengthen it"
              .formatted(minBackoff, longest));
    }
    return new TaskRetry(maxAttempts, maxLostWorkers, minBackoff, longest, jitter, filter);
  }

  /// Which share of the delay chance may add or take away, from 0 to 1.
  ///
  /// @throws InvalidTaskException if it lies outside
  public TaskRetry jitter(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw refusal("jitter must be from 0 to 1, was " + share + "; use 0 for none");
    }
    return new TaskRetry(maxAttempts, maxLostWorkers, minBackoff, maxBackoff, share, filter);
  }

  /// Only errors of the kernel, or a timeout, for which this holds are tried again; lost workers are
  /// not asked about. It runs outside the scheduler, mostly on the worker that failed; if it throws,
  /// there is no retry, and what it threw is suppressed in the error.
  ///
  /// @throws InvalidTaskException if it is null
  public TaskRetry filter(Predicate<? super Throwable> errorFilter) {
    if (Objects.isNull(errorFilter)) {
      throw refusal("filter must not be null; leave it out to try again after each error");
    }
    return new TaskRetry(maxAttempts, maxLostWorkers, minBackoff, maxBackoff, jitter, errorFilter);
  }

  /// How often the task is tried again because its worker was lost.
  ///
  /// @throws InvalidTaskException if it is negative
  public TaskRetry maxLostWorkers(long count) {
    checkCount("maxLostWorkers", count);
    return new TaskRetry(maxAttempts, count, minBackoff, maxBackoff, jitter, filter);
  }

  /// How often the task is tried again because its kernel failed or ran into its timeout.
  public long maxAttempts() {
    return maxAttempts;
  }

  /// How often the task is tried again because its worker was lost.
  public long maxLostWorkers() {
    return maxLostWorkers;
  }

  /// Which errors are tried again; null for all.
  public @Nullable Predicate<? super Throwable> filter() {
    return filter;
  }

  /// The delay before retry `retry`, from 0, in nanoseconds.
  ///
  /// @param chance at least 0 and less than 1: where in the range of the jitter it lies
  public long delayNs(long retry, double chance) {
    long delay = doubled(minBackoff.toNanos(), retry);
    long offset = (long) (delay * jitter);
    long low = Math.max(minBackoff.toNanos(), delay - offset);
    long high = Math.min(maxBackoff.toNanos(), delay + offset);
    return low + (long) ((high - low) * chance);
  }

  private long doubled(long delayNs, long times) {
    long max = maxBackoff.toNanos();
    long doubled = delayNs;
    for (long i = 0; i < times && doubled > 0 && doubled < max; i++) {
      doubled = Math.min(max, 2 * doubled);
    }
    return doubled;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "retry up to %,d time(s), %,d for lost workers, after %s to %s",
        maxAttempts,
        maxLostWorkers,
        minBackoff,
        maxBackoff);
  }
}
