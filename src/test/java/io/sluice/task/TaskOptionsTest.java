package io.sluice.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What most tasks don't set is kept apart, so that a plain task doesn't pay for it.
class TaskOptionsTest {
  private static final Task PLAIN = Task.call("t", context -> {});

  @Test
  void optionsStayWithTheTaskThatIsMadeFromIt() {
    TaskRetry retry = TaskRetry.max(2);
    Task task = PLAIN.timeout(Duration.ofMillis(5)).retry(retry).idempotent().on("pool").scalar(1);
    assertThat(task.timeoutNs()).isEqualTo(5_000_000);
    assertThat(task.retry()).isSameAs(retry);
    assertThat(task.isIdempotent()).isTrue();
    assertThat(task.pool()).isEqualTo("pool");
    assertThat(PLAIN.timeoutNs()).isZero();
    assertThat(PLAIN.retry()).isNull();
    assertThat(PLAIN.isIdempotent()).isFalse();
  }

  @Test
  void aNumberOfRetriesStandsForRetriesAtOnce() {
    TaskRetry retry = PLAIN.retry(3).retry();
    assertThat(retry).isNotNull();
    assertThat(retry.maxAttempts()).isEqualTo(3);
    assertThat(retry.delayNs(0, 0.9)).isZero();
  }

  @Test
  void aTimeoutOutsideItsRangeIsRefused() {
    Refusals.assertRefusedSaying(() -> PLAIN.timeout(Duration.ZERO), "above 0", "PT0S");
    Refusals.assertRefusedSaying(() -> PLAIN.timeout(Duration.ofMillis(-1)), "above 0");
    Refusals.assertRefusedSaying(() -> PLAIN.timeout(Duration.ofDays(366)), "365 days");
    Refusals.assertRefusedSaying(() -> PLAIN.timeout(null), "was null");
  }

  @Test
  void anAllocHasNoKernelToLimitOrToTryAgain() {
    Task alloc = Task.alloc(Tensor.of(DType.UINT8, 4));
    Refusals.assertRefusedSaying(() -> alloc.timeout(Duration.ofSeconds(1)), "alloc", "timeout");
    Refusals.assertRefusedSaying(() -> alloc.retry(1), "alloc", "retry");
  }

  @Test
  void aRetryMustBeGiven() {
    Refusals.assertRefusedSaying(() -> PLAIN.retry(null), "retry(...) must not be null");
    Refusals.assertRefusedSaying(() -> PLAIN.retry(-1), "at least 0", "-1");
  }
}
