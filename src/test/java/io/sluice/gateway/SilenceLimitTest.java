package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

/// Senders that fall silent.
class SilenceLimitTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final TestPublisher<String> body = TestPublisher.create();

  @AfterEach
  void endTimer() {
    timer.dispose();
  }

  private StepVerifier.FirstStep<String> limited(long demand) {
    return StepVerifier.create(SilenceLimit.on(body.flux(), LIMIT, timer), demand);
  }

  private void pass(Duration time) {
    timer.advanceTimeBy(time);
  }

  @Test
  void whoSendsNothingThoughItIsAskedForIsRefused() {
    limited(Long.MAX_VALUE)
        .then(() -> body.next("a"))
        .expectNext("a")
        .then(() -> pass(LIMIT.multipliedBy(2)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(HttpRefusal.class)
                    .hasMessageContaining("every 60,000 ms"))
        .verify(BOUND);
    body.assertCancelled();
  }

  @Test
  void timeInWhichNothingIsAskedForDoesNotCount() {
    limited(1)
        .then(() -> body.next("a"))
        .expectNext("a")
        .then(() -> pass(LIMIT.multipliedBy(10)))
        .thenRequest(1)
        .then(() -> pass(LIMIT.dividedBy(2)))
        .then(() -> body.next("b"))
        .expectNext("b")
        .then(body::complete)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void whoSendsALittleNowAndThenIsNot() {
    StepVerifier.Step<String> steps = limited(Long.MAX_VALUE);
    for (int i = 0; i < 5; i++) {
      steps = steps.then(() -> pass(LIMIT.dividedBy(2))).then(() -> body.next("a")).expectNext("a");
    }
    steps.then(body::complete).expectComplete().verify(BOUND);
  }
}
