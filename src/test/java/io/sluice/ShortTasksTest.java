package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.engine.EngineConfig;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.UserTensor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// Short tasks are left to one busy worker, and go on elsewhere when it turns out to be held up.
class ShortTasksTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int MANY = 5_000;

  private static Flux<Task> shortTasks(int count) {
    return Flux.range(0, count).map(i -> Task.call("short", context -> {}));
  }

  @RepeatedTest(20)
  void theyPassAKernelThatBlocks() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build()) {
      StepVerifier.create(sluice.submit(shortTasks(MANY)).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
      for (int i = 0; i < 5; i++) {
        CountDownLatch release = new CountDownLatch(1);
        Mono<Long> blocked =
            sluice
                .submit(Flux.just(Task.call("blocks", context -> await(release))))
                .count()
                .cache();
        var _ = blocked.subscribe();
        StepVerifier.create(sluice.submit(shortTasks(1_000)).count())
            .expectNext(1_000L)
            .expectComplete()
            .verify(BOUND);
        release.countDown();
        StepVerifier.create(blocked).expectNext(1L).expectComplete().verify(BOUND);
      }
    }
  }

  /// New tasks and reports wait for the next completion while short tasks are left to one worker, which here
  /// doesn't come.
  @RepeatedTest(20)
  void whatWaitsForTheNextCompletionPassesOneThatBlocks() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build()) {
      CountDownLatch release = new CountDownLatch(1);
      Flux<Task> oneBlocks =
          Flux.range(0, MANY)
              .map(i -> Task.call("one of many", context -> awaitIf(i == MANY / 2, release)));
      Mono<Long> blocked =
          sluice.with(run -> run.maxInFlight(64)).submit(oneBlocks).count().cache();
      var _ = blocked.subscribe();
      StepVerifier.create(sluice.with(run -> run.maxInFlight(8)).submit(shortTasks(MANY)).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
      release.countDown();
      StepVerifier.create(blocked).expectNext((long) MANY).expectComplete().verify(BOUND);
    }
  }

  /// A run with plenty of short tasks is not asked for more, but for where these don't move.
  @RepeatedTest(20)
  void oneOfAChainThatWaitsForAnotherFarBehindItGetsIt() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build()) {
      UserTensor chained = sluice.tensor(DType.UINT8, 1);
      CountDownLatch release = new CountDownLatch(1);
      int waits = MANY / 2;
      int releases = waits + 4 * EngineConfig.PLENTY_COUNT;
      Flux<Task> tasks =
          Flux.range(0, MANY)
              .map(
                  i ->
                      i == releases
                          ? Task.call("releases", context -> release.countDown())
                          : Task.call("chained", context -> awaitIf(i == waits, release))
                              .inout(chained));
      StepVerifier.create(sluice.submit(tasks).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
    }
  }

  private static void awaitIf(boolean blocks, CountDownLatch release) {
    if (blocks) {
      await(release);
    }
  }

  @Test
  void theyPassASubscriberThatBlocks() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build()) {
      CountDownLatch release = new CountDownLatch(1);
      AtomicInteger received = new AtomicInteger();
      Mono<Void> blocked =
          sluice
              .submit(shortTasks(MANY))
              .doOnNext(result -> blockOnce(received, release))
              .then()
              .cache();
      var _ = blocked.subscribe();
      StepVerifier.create(sluice.submit(shortTasks(MANY)).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
      release.countDown();
      StepVerifier.create(blocked).expectComplete().verify(BOUND);
      assertThat(received).hasValue(MANY);
    }
  }

  private static void blockOnce(AtomicInteger received, CountDownLatch release) {
    if (received.incrementAndGet() == MANY / 2) {
      await(release);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).as("released").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
