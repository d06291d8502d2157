package io.sluice.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/// A run with a million ready tasks delays a small run's first task by one task.
class FairnessTest {
  private static final int MANY = 1_000_000;
  private static final Duration BOUND = Duration.ofSeconds(90);

  private final Sluice sluice =
      Sluice.builder()
          .heap(DataSize.kibibytes(64))
          .blockingThreads("solo", 1)
          .unlimitedInFlight()
          .lookAhead(1_024)
          .build();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private final AtomicLong ranOfMany = new AtomicLong();

  @AfterEach
  void nothingIsLeft() {
    mayGoOn.countDown();
    sluice.disposeGracefully(BOUND).block(BOUND);
  }

  private void awaitAdmitted(long count) {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (sluice.figures().admittedCount() < count) {
      assertThat(System.nanoTime()).as("admission of " + count).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void aRunWithAMillionReadyTasksDelaysASmallRunsFirstTaskByOne() throws Exception {
    Task gate =
        Task.call(
            "gate",
            context -> {
              started.countDown();
              assertThat(mayGoOn.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
            });
    Disposable gateRun = sluice.submit(Flux.just(gate)).subscribe();
    assertThat(started.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Task urgent =
        Task.call("one of many", context -> ranOfMany.incrementAndGet())
            .priority(Task.HIGHEST_PRIORITY);
    Disposable many = sluice.submit(Flux.range(0, MANY).map(i -> urgent)).subscribe();
    awaitAdmitted(MANY + 1);

    AtomicLong before = new AtomicLong(-1);
    Task small =
        Task.call("small", context -> before.set(ranOfMany.get())).priority(Task.LOWEST_PRIORITY);
    var smallRun = sluice.submit(Flux.just(small)).collectList().toFuture();
    awaitAdmitted(MANY + 2);
    mayGoOn.countDown();
    assertThat(smallRun.get(BOUND.toSeconds(), TimeUnit.SECONDS)).hasSize(1);
    assertThat(before.get()).as("tasks of the large run that went first").isBetween(0L, 1L);
    many.dispose();
    gateRun.dispose();
  }
}
