package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Figures;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Every way of running on real threads: behind each case nothing is held and the workers are idle, and
/// behind the runtime there are none.
class ThreadedMatrixTest {
  private static final int WORKERS = 2;
  private static final List<Signal> SIGNALS =
      List.of(Signal.EMPTY, Signal.MANY, Signal.KERNEL_FAILS_LATER, Signal.PUBLISHER_FAILS_LATER);
  private static final Set<Thread.State> ASLEEP =
      Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

  private final Sluice sluice =
      Sluice.builder()
          .heap(DataSize.kibibytes(Tasks.HEAP_SLABS))
          .blockingThreads("matrix", WORKERS)
          .build();

  static Stream<Route> routes() {
    return Route.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("routes")
  void workersAreIdleBehindEachCaseAndGoneWithTheRuntime(Route route) {
    for (Signal signal : SIGNALS) {
      toTheEnd(route, signal);
      assertNothingIsLeft();
    }
    for (int place = 1; place <= Signal.MANY.resultCount; place++) {
      cancelledInsideOnNext(route, place);
      assertNothingIsLeft();
    }
    cancelledWhileAKernelRuns(route);
    assertNothingIsLeft();
    awaitAll("all workers to sleep", thread -> ASLEEP.contains(thread.getState()));
    StepVerifier.create(sluice.disposeGracefully(Leftovers.BOUND))
        .expectComplete()
        .verify(Leftovers.BOUND);
    awaitAll("all threads to end", thread -> false);
  }

  private void toTheEnd(Route route, Signal signal) {
    var script = StepVerifier.create(taken(route, signal.flux())).thenConsumeWhile(element -> true);
    (signal.fails() ? script.expectError() : script.expectComplete()).verify(Leftovers.BOUND);
  }

  private Flux<Object> taken(Route route, Flux<Task> tasks) {
    return route.open(sluice, tasks).doOnNext(Tasks::take);
  }

  private void cancelledInsideOnNext(Route route, int place) {
    StepVerifier.create(taken(route, Signal.MANY.flux()).take(place))
        .expectNextCount(place)
        .expectComplete()
        .verify(Leftovers.BOUND);
  }

  private void cancelledWhileAKernelRuns(Route route) {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Task held =
        Task.call(
            "held",
            context -> {
              inside.countDown();
              assertThat(release.await(Leftovers.BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
            });
    Disposable run = route.open(sluice, Flux.just(held)).subscribe();
    try {
      assertThat(inside.await(Leftovers.BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupt) {
      throw new AssertionError(interrupt);
    }
    run.dispose();
    release.countDown();
  }

  private void assertNothingIsLeft() {
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(Leftovers.BOUND);
    Figures figures = sluice.figures();
    assertThat(figures.heapUsedBytes()).as("bytes of live slabs").isZero();
    assertThat(figures.liveCount()).as("live tasks").isZero();
    assertThat(figures.runningCount()).as("running kernels").isZero();
  }

  /// The pool's threads are at most as many as its workers, and each of them comes to this.
  private static void awaitAll(String what, Predicate<Thread> condition) {
    long deadline = System.nanoTime() + Leftovers.BOUND.toNanos();
    List<Thread> threads = threads();
    assertThat(threads).hasSizeLessThanOrEqualTo(WORKERS);
    while (!threads.stream().allMatch(condition)) {
      assertThat(System.nanoTime()).as("still waiting for " + what).isLessThan(deadline);
      LockSupport.parkNanos(50_000);
      threads = threads();
    }
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("sluice-matrix-"))
        .toList();
  }
}
