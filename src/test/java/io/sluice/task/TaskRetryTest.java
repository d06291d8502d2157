package io.sluice.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Names, defaults and the formula of the delay are those of Reactor's `Retry`.
class TaskRetryTest {
  private static final TaskRetry FROM_100_MS = TaskRetry.backoff(5, Duration.ofMillis(100));

  @Test
  void theDelayDoublesWithEachRetry() {
    TaskRetry retry = FROM_100_MS.jitter(0);
    assertThat(millis(retry, 0, 0)).isEqualTo(100);
    assertThat(millis(retry, 1, 0)).isEqualTo(200);
    assertThat(millis(retry, 4, 0)).isEqualTo(1_600);
  }

  @Test
  void theDelayStaysBelowTheLongestHoweverManyRetries() {
    TaskRetry retry = FROM_100_MS.maxBackoff(Duration.ofMillis(350)).jitter(0);
    assertThat(millis(retry, 2, 0)).isEqualTo(350);
    assertThat(millis(retry, Long.MAX_VALUE, 0)).isEqualTo(350);
    assertThat(FROM_100_MS.jitter(0).delayNs(Long.MAX_VALUE, 0))
        .isEqualTo(Duration.ofDays(365).toNanos());
  }

  @Test
  void jitterTakesAwayOrAddsUpToItsShare() {
    assertThat(millis(FROM_100_MS, 2, 0)).isEqualTo(200);
    assertThat(millis(FROM_100_MS, 2, 0.5)).isEqualTo(400);
    assertThat(millis(FROM_100_MS, 2, 0.999)).isBetween(599L, 600L);
  }

  @Test
  void jitterStaysBetweenTheShortestAndTheLongest() {
    TaskRetry retry = FROM_100_MS.maxBackoff(Duration.ofMillis(120));
    assertThat(millis(retry, 0, 0)).isEqualTo(100);
    assertThat(millis(retry, 3, 0.999)).isBetween(119L, 120L);
  }

  @Test
  void aFixedDelayHasNoJitter() {
    TaskRetry retry = TaskRetry.fixedDelay(2, Duration.ofMillis(30));
    assertThat(millis(retry, 0, 0.9)).isEqualTo(30);
    assertThat(millis(retry, 7, 0.1)).isEqualTo(30);
  }

  @Test
  void lostWorkersHaveABudgetOfTheirOwn() {
    assertThat(FROM_100_MS.maxLostWorkers()).isEqualTo(5);
    TaskRetry retry = FROM_100_MS.maxLostWorkers(1);
    assertThat(retry.maxLostWorkers()).isEqualTo(1);
    assertThat(retry.maxAttempts()).isEqualTo(5);
  }

  @Test
  void eachMethodKeepsWhatTheOthersSet() {
    TaskRetry retry =
        FROM_100_MS
            .maxLostWorkers(1)
            .filter(error -> false)
            .jitter(0)
            .maxBackoff(Duration.ofMillis(150));
    assertThat(retry.maxLostWorkers()).isEqualTo(1);
    assertThat(retry.filter()).isNotNull();
    assertThat(millis(retry, 9, 0.9)).isEqualTo(150);
  }

  @Test
  void badInputIsRefused() {
    Refusals.assertRefusedSaying(() -> TaskRetry.max(-1), "maxAttempts", "-1");
    Refusals.assertRefusedSaying(() -> FROM_100_MS.maxLostWorkers(-2), "maxLostWorkers", "-2");
    Refusals.assertRefusedSaying(() -> TaskRetry.backoff(1, null), "minBackoff", "null");
    Refusals.assertRefusedSaying(
        () -> TaskRetry.fixedDelay(1, Duration.ofMillis(-1)), "0 to 365 days");
    Refusals.assertRefusedSaying(() -> TaskRetry.backoff(1, Duration.ofDays(366)), "0 to 365 days");
    Refusals.assertRefusedSaying(() -> FROM_100_MS.maxBackoff(Duration.ofMillis(99)), "at least");
    Refusals.assertRefusedSaying(() -> FROM_100_MS.jitter(1.5), "jitter", "1.5");
    Refusals.assertRefusedSaying(() -> FROM_100_MS.jitter(Double.NaN), "jitter", "NaN");
    Refusals.assertRefusedSaying(() -> FROM_100_MS.filter(null), "filter must not be null");
  }

  private static long millis(TaskRetry retry, long place, double chance) {
    return Duration.ofNanos(retry.delayNs(place, chance)).toMillis();
  }
}
