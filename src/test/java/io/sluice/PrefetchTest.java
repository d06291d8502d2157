package io.sluice;

import static io.sluice.RuntimeTest.quick;
import static io.sluice.RuntimeTest.slabs;
import static io.sluice.RuntimeTest.writing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Task;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// What operators with a prefetch of their own hold, between the user's source and Sluice and behind
/// it: the numbers of docs/demand.md.
class PrefetchTest extends ManualRuntimeTest {
  private static final int LOOK_AHEAD = 2;

  static Stream<Arguments> before() {
    return Stream.of(
        before("nothing", flux -> flux, 2),
        before("map and filter", flux -> flux.map(i -> i).filter(i -> true), 2),
        before("limitRate(8)", flux -> flux.limitRate(8), 8),
        before("publishOn", flux -> flux.publishOn(Schedulers.immediate()), 256),
        before(
            "publishOn with a prefetch of 1", flux -> flux.publishOn(Schedulers.immediate(), 1), 3),
        before("flatMap", flux -> flux.flatMap(i -> Mono.just(i).hide()), 258),
        before(
            "flatMap with a concurrency of 4",
            flux -> flux.flatMap(i -> Mono.just(i).hide(), 4),
            6),
        before("concatMap", flux -> flux.concatMap(i -> Mono.just(i).hide()), 3),
        before(
            "concatMap with a prefetch of 1",
            flux -> flux.concatMap(i -> Mono.just(i).hide(), 1),
            4),
        before(
            "concatMap with a prefetch of 32",
            flux -> flux.concatMap(i -> Mono.just(i).hide(), 32),
            32),
        before("buffer(4)", flux -> flux.buffer(4).map(List::getFirst), 8));
  }

  private static Arguments before(String name, UnaryOperator<Flux<Integer>> between, long asked) {
    return Arguments.of(name, between, asked);
  }

  /// With a look-ahead of 2 and nothing admitted: the heap is full.
  @ParameterizedTest(name = "{0} before Sluice: {2} elements")
  @MethodSource("before")
  void anOperatorBeforeSluiceTakesAsManyElementsAsItPrefetches(
      String name, UnaryOperator<Flux<Integer>> between, long asked) {
    use(builder().lookAhead(LOOK_AHEAD));
    var full = sluice.submit(Flux.just(quick("full").out(slabs(8)))).subscribe();
    AtomicLong taken = new AtomicLong();
    Flux<Integer> source = Flux.range(0, 10_000).hide().doOnNext(i -> taken.incrementAndGet());
    Flux<Task> tasks = between.apply(source).map(i -> quick("t" + i).out(slabs(1)));
    var run = sluice.submit(tasks).subscribe();
    assertThat(waiting()).isEqualTo(LOOK_AHEAD);
    assertThat(taken.get()).isEqualTo(asked);
    run.dispose();
    full.dispose();
  }

  private long waiting() {
    return sluice.demand().block(BOUND).waitingCount();
  }

  static Stream<Arguments> behind() {
    return Stream.of(
        behind("concatMap", results -> results.concatMap(r -> Mono.never()), 1),
        behind(
            "concatMap with a prefetch of 1",
            results -> results.concatMap(r -> Mono.never(), 1),
            2),
        behind(
            "concatMap with a prefetch of 32",
            results -> results.concatMap(r -> Mono.never(), 32),
            32),
        behind("flatMap", results -> results.flatMap(r -> Mono.never()), 256),
        behind(
            "flatMap with a concurrency of 4", results -> results.flatMap(r -> Mono.never(), 4), 4),
        behind(
            "flatMapSequential with a concurrency of 4 and a prefetch of 1",
            results -> results.flatMapSequential(r -> Mono.never(), 4, 1),
            4),
        behind(
            "publishOn with a prefetch of 1 and concatMap with a prefetch of 0",
            results -> results.publishOn(Schedulers.immediate(), 1).concatMap(r -> Mono.never(), 0),
            2),
        behind(
            "publishOn and concatMap with a prefetch of 0",
            results -> results.publishOn(Schedulers.immediate()).concatMap(r -> Mono.never(), 0),
            256),
        behind(
            "limitRate(8) and concatMap with a prefetch of 0",
            results -> results.limitRate(8).concatMap(r -> Mono.never(), 0),
            8),
        behind(
            "buffer(4) and concatMap with a prefetch of 0",
            results -> results.buffer(4).concatMap(r -> Mono.never(), 0),
            4));
  }

  private static Arguments behind(
      String name, java.util.function.Function<Flux<String>, Publisher<?>> operators, long held) {
    return Arguments.of(name, operators, held);
  }

  /// None is ever done with its first result.
  @ParameterizedTest(name = "{0} behind Sluice: {2} results")
  @MethodSource("behind")
  void anOperatorBehindSluiceTakesAsManyResultsAsItPrefetches(
      String name, java.util.function.Function<Flux<String>, Publisher<?>> operators, long held) {
    AtomicLong delivered = new AtomicLong();
    Flux<String> results =
        sluice
            .submit(Flux.range(0, 1_000).map(i -> quick("t" + i)))
            .map(RuntimeTest::nameOf)
            .doOnNext(r -> delivered.incrementAndGet());
    var run = Flux.from(operators.apply(results)).subscribe();
    assertThat(workers.runAll()).isEqualTo(1_000);
    assertThat(delivered.get()).isEqualTo(held);
    run.dispose();
  }

  @Test
  void aReaderHoldsNoBytesBehindSluiceWhateverIsPrefetched() {
    AtomicLong delivered = new AtomicLong();
    var run =
        sluice
            .submitScoped(Flux.range(0, 64).map(i -> Flux.just(writing(i))), RuntimeTest::valueOf)
            .doOnNext(value -> delivered.incrementAndGet())
            .publishOn(Schedulers.immediate())
            .concatMap(value -> Mono.never(), 0)
            .subscribe();
    assertThat(workers.runAll()).isEqualTo(64);
    assertThat(delivered.get()).isEqualTo(64);
    assertThat(heap.usedBytes()).isZero();
    run.dispose();
  }
}
