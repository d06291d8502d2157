package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.CancelPolicy;
import io.sluice.config.DataSize;
import io.sluice.task.Arguments;
import io.sluice.task.Kernel;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/// Kernels that block, on virtual threads: many at once, and none of them keeps a carrier.
class VirtualThreadsTest extends RuntimeTest {
  private static final int MANY = 4_096;

  @Override
  SluiceBuilder builder() {
    return Sluice.builder().heap(DataSize.kibibytes(8)).virtualThreads("io", MANY);
  }

  @Test
  void kernelsRunOnVirtualThreadsThatMayBlock() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Task task =
        Task.call(
            "r",
            context -> {
              Thread thread = Thread.currentThread();
              seen.add(thread.getName() + " for " + context.workerName());
              assertThat(thread.isVirtual()).isTrue();
              assertThat(Schedulers.isInNonBlockingThread()).isFalse();
              assertThat(Mono.just(1).delayElement(Duration.ofMillis(1)).block(BOUND)).isOne();
            });
    StepVerifier.create(sluice.submit(Flux.just(task)))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(seen).containsExactly("sluice-io-0 for io-0");
  }

  /// The worker that became idle last is awake, and takes the next: nearly 4,095 never get a thread. On a
  /// loaded machine the first may be held up in between, and another takes what lies behind it.
  @Test
  void tasksThatFollowEachOtherNeedOneThread() {
    Set<String> workers = ConcurrentHashMap.newKeySet();
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.range(0, 200)
                        .concatMap(
                            i -> program.submit(Task.call("r", c -> workers.add(c.workerName()))),
                            1)))
        .expectNextCount(200)
        .expectComplete()
        .verify(BOUND);
    assertThat(workers).contains("io-0").hasSizeLessThan(10);
  }

  @Test
  void thousandsBlockAtOnce() {
    CountDownLatch started = new CountDownLatch(MANY);
    CountDownLatch release = new CountDownLatch(1);
    StepVerifier.create(
            sluice.submit(
                Flux.range(0, MANY)
                    .map(
                        i ->
                            Task.call(
                                "block",
                                context -> {
                                  started.countDown();
                                  Await.reached(release, "the release");
                                }))))
        .then(() -> Await.reached(started, "4,096 kernels at once"))
        .then(() -> assertThat(settled()).isNotNull())
        .then(() -> assertThat(sluice.figures().runningCount()).isEqualTo(MANY))
        .then(release::countDown)
        .expectNextCount(MANY)
        .expectComplete()
        .verify(BOUND.multipliedBy(3));
  }

  /// A monitor doesn't pin, from JDK 24 on. With two carriers, three that pinned would stop all others.
  @Test
  void whoBlocksInsideAMonitorKeepsNoCarrier() {
    int count = 500;
    CountDownLatch started = new CountDownLatch(count);
    CountDownLatch release = new CountDownLatch(1);
    StepVerifier.create(
            sluice.submit(
                Flux.range(0, count)
                    .map(i -> Task.call("block", context -> blockInMonitor(started, release)))))
        .then(() -> Await.reached(started, "500 kernels inside monitors"))
        .then(release::countDown)
        .expectNextCount(count)
        .expectComplete()
        .verify(BOUND);
  }

  private static void blockInMonitor(CountDownLatch started, CountDownLatch release)
      throws InterruptedException {
    Object monitor = new Object();
    synchronized (monitor) {
      started.countDown();
      assertThat(release.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aGroupOfHundredsMeets() {
    int count = 300;
    CyclicBarrier barrier = new CyclicBarrier(count);
    Arguments[] members = new Arguments[count];
    Arrays.fill(members, Arguments.none());
    Task group =
        Task.group("meet", context -> barrier.await(BOUND.toSeconds(), TimeUnit.SECONDS), members);
    StepVerifier.create(sluice.submit(Flux.just(group)).map(TaskResult::task))
        .expectNext(group)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void manyShortTasksOfTwoRunsAllEnd() {
    Flux<Task> tasks = Flux.range(0, 5_000).map(i -> quick("q"));
    StepVerifier.create(Flux.merge(sluice.submit(tasks), sluice.submit(tasks)).count())
        .expectNext(10_000L)
        .expectComplete()
        .verify(BOUND.multipliedBy(3));
  }

  @Test
  void cancellingAThousandThatBlockGivesAllBackOnceTheyReturn() {
    CountDownLatch started = new CountDownLatch(1_000);
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger interruptedCount = new AtomicInteger();
    Kernel block =
        context -> {
          started.countDown();
          try {
            never.await(BOUND.toSeconds(), TimeUnit.SECONDS);
          } catch (InterruptedException cancelled) {
            assertThat(context.isCancelled()).isTrue();
            interruptedCount.incrementAndGet();
          }
        };
    StepVerifier.create(
            sluice
                .with(run -> run.cancelPolicy(CancelPolicy.INTERRUPT))
                .submit(Flux.range(0, 1_000).map(i -> Task.call("block", block))))
        .then(() -> Await.reached(started, "1,000 kernels"))
        .thenCancel()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(interruptedCount).hasValue(1_000);
    assertNothingIsHeld();
  }
}
