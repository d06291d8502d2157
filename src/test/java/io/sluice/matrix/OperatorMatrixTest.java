package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.TaskResult;
import io.sluice.test.TestSluice;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/// Every way of running with Reactor's operators behind it, and `doOnDiscard` as the last one, as the
/// documents have it: nothing is left, whether the pipeline ends, fails, or is cancelled.
class OperatorMatrixTest {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /// An operator behind a run; it may use the test's time.
  record Behind(String name, BiFunction<Flux<Object>, TestSluice, Flux<?>> operator) {
    @Override
    public String toString() {
      return name;
    }
  }

  /// How the pipeline is left.
  enum Cut {
    NONE,
    BEHIND_THE_FIRST_ELEMENT,
    WHILE_NOTHING_IS_REQUESTED,
    WHILE_A_KERNEL_RUNS,
    WHEN_TIME_HAS_PASSED;

    /// What fails or is empty by itself needs no cut of each kind.
    boolean makesSense(Signal signal) {
      return switch (signal) {
        case MANY -> true;
        case KERNEL_FAILS_LATER -> this == NONE || this == BEHIND_THE_FIRST_ELEMENT;
        case EMPTY, PUBLISHER_FAILS_LATER, READER_FAILS_LATER -> this == NONE;
        default -> false;
      };
    }
  }

  static Stream<Behind> operators() {
    return Stream.of(
        new Behind("publishOn", (run, test) -> run.publishOn(Schedulers.immediate())),
        new Behind("publishOn 1", (run, test) -> run.publishOn(Schedulers.immediate(), 1)),
        new Behind("flatMap", (run, test) -> run.flatMap(r -> Mono.just(r).hide(), 2)),
        new Behind("flatMap that never ends", (run, test) -> run.flatMap(OperatorMatrixTest::hold)),
        new Behind("concatMap", (run, test) -> run.concatMap(r -> Mono.just(r).hide())),
        new Behind(
            "concatMap that never ends", (run, test) -> run.concatMap(OperatorMatrixTest::hold)),
        new Behind("take", (run, test) -> run.take(1)),
        new Behind("next", (run, test) -> run.next().flux()),
        new Behind("skip", (run, test) -> run.skip(1)),
        new Behind("filter", (run, test) -> run.filter(r -> false)),
        new Behind("buffer", (run, test) -> run.buffer(2)),
        new Behind("collectList", (run, test) -> run.collectList().flux()),
        new Behind("takeLast", (run, test) -> run.takeLast(1)),
        new Behind("limitRate", (run, test) -> run.limitRate(1)),
        new Behind("onBackpressureBuffer", (run, test) -> run.onBackpressureBuffer(8)),
        new Behind("onBackpressureDrop", (run, test) -> run.onBackpressureDrop()),
        new Behind("timeout", (run, test) -> run.timeout(PERIOD, test.time())),
        new Behind(
            "takeUntilOther", (run, test) -> run.takeUntilOther(Mono.delay(PERIOD, test.time()))),
        new Behind("retry", (run, test) -> run.retry(1)),
        new Behind(
            "retryWhen",
            (run, test) ->
                run.retryWhen(Retry.backoff(1, PERIOD).scheduler(test.time()).jitter(0))),
        new Behind("repeat", (run, test) -> run.repeat(1)),
        new Behind("onErrorResume", (run, test) -> run.onErrorResume(e -> Flux.empty())),
        new Behind("map that throws", (run, test) -> run.map(OperatorMatrixTest::throwing)),
        new Behind("mergeWith itself", (run, test) -> run.mergeWith(run)));
  }

  /// Those of Reactor's that tell no hook of what they have prefetched, once they are cancelled.
  static Stream<Behind> forgetfulOperators() {
    return Stream.of(
        new Behind(
            "flatMapSequential", (run, test) -> run.flatMapSequential(r -> Mono.just(r).hide())),
        new Behind("publish", (run, test) -> run.publish(shared -> shared, 2)));
  }

  private static Mono<Object> hold(Object element) {
    int _ = Tasks.take(element);
    return Mono.never();
  }

  private static Object throwing(Object element) {
    int _ = Tasks.take(element);
    throw new IllegalStateException("the operator throws, as the test wants it");
  }

  static Stream<Arguments> routesAndOperators() {
    return Route.withoutOptions()
        .flatMap(route -> operators().map(behind -> Arguments.of(route, behind)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("routesAndOperators")
  void nothingIsLeft(Route route, Behind behind) {
    for (Signal signal : Signal.values()) {
      for (Cut cut : Cut.values()) {
        if (cut.makesSense(signal) && Boundary.NEVER.whyNot(route, signal) == null) {
          verify(route, behind, signal, cut);
        }
      }
    }
    assertThat(Leftovers.threads()).as("threads").isEmpty();
  }

  private static void verify(Route route, Behind behind, Signal signal, Cut cut) {
    TestSluice test =
        TestSluice.of(
            Sluice.builder().heap(DataSize.kibibytes(Tasks.HEAP_SLABS * 2)).threads("cpu", 2));
    try {
      verify(test, route, behind, signal, cut);
      Leftovers.assertItEnds(test);
    } catch (Throwable failure) {
      throw new AssertionError(route + ", " + behind + ", " + signal + ", " + cut, failure);
    }
  }

  private static void verify(TestSluice test, Route route, Behind behind, Signal signal, Cut cut) {
    Flux<Object> run = route.open(test.sluice(), signal.flux());
    Leaving subscriber = new Leaving(cut);
    behind
        .operator()
        .apply(run, test)
        .doOnDiscard(TaskResult.class, TaskResult::close)
        .subscribe(subscriber);
    if (cut == Cut.WHEN_TIME_HAS_PASSED) {
      test.time().advanceBy(PERIOD.multipliedBy(2));
    }
    if (cut != Cut.WHILE_A_KERNEL_RUNS) {
      test.workers().runAll();
      test.time().advanceBy(PERIOD.multipliedBy(2));
      test.workers().runAll();
    }
    subscriber.cancel();
    test.workers().runAll();
    Leftovers.assertNone(test);
  }

  /// What `docs/conventions.md` warns of: a reader in front leaves nothing to forget.
  @ParameterizedTest(name = "{0}")
  @MethodSource("forgetfulOperators")
  void someForgetResultsWhenTheyAreCancelledButNothingThatAReaderMade(Behind behind) {
    try (TestSluice test = TestSluice.of(Sluice.builder())) {
      cancelled(test, behind, test.sluice().submit(Signal.MANY.flux()).cast(Object.class));
      assertThat(test.sluice().figures().heapUsedBytes()).as("bytes that are held").isPositive();
    }
    try (TestSluice test = TestSluice.of(Sluice.builder())) {
      cancelled(test, behind, test.sluice().submit(Signal.MANY.flux(), Tasks::read));
      Leftovers.assertNone(test);
    }
  }

  private static void cancelled(TestSluice test, Behind behind, Flux<Object> run) {
    Leaving subscriber = new Leaving(Cut.WHILE_NOTHING_IS_REQUESTED);
    behind
        .operator()
        .apply(run, test)
        .doOnDiscard(TaskResult.class, TaskResult::close)
        .subscribe(subscriber);
    test.workers().runAll();
    subscriber.cancel();
    test.workers().runAll();
  }

  private static final class Leaving extends BaseSubscriber<Object> {
    private final Cut cut;

    Leaving(Cut cut) {
      this.cut = cut;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      if (cut != Cut.WHILE_NOTHING_IS_REQUESTED) {
        subscription.request(Long.MAX_VALUE);
      }
    }

    @Override
    protected void hookOnNext(Object element) {
      if (element instanceof List<?> several) {
        several.forEach(Tasks::take);
      } else {
        int _ = Tasks.take(element);
      }
      if (cut == Cut.BEHIND_THE_FIRST_ELEMENT) {
        cancel();
      }
    }

    @Override
    protected void hookOnError(Throwable failure) {
      // as some signals have it
    }
  }
}
