package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.test.ManualPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// What all ways to submit a publisher of tasks have in common.
class SubmitTest extends RuntimeTest {

  @ParameterizedTest
  @EnumSource
  void noTasksGiveNoResults(Way way) {
    StepVerifier.create(way.results(sluice, Flux.empty())).expectComplete().verify(BOUND);
    StepVerifier.create(way.read(sluice, Flux.empty(), result -> 1)).expectComplete().verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource
  void oneTaskGivesItsResult(Way way) {
    StepVerifier.create(way.results(sluice, Flux.just(writing(7))))
        .assertNext(
            result -> {
              assertThat(result.taskId().sequence()).isZero();
              assertThat(valueOf(result)).isEqualTo(7);
              result.close();
            })
        .expectComplete()
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource
  void aReaderMapsEachResultWhileItsBytesAreHeldAndClosesIt(Way way) {
    List<TaskResult> results = new ArrayList<>();
    StepVerifier.create(
            way.read(
                sluice,
                Flux.just(writing(7)),
                result -> {
                  results.add(result);
                  return valueOf(result);
                }))
        .expectNext(7)
        .expectComplete()
        .verify(BOUND);
    assertThat(results).singleElement().matches(TaskResult::isClosed);
  }

  @ParameterizedTest
  @EnumSource
  void eachOfManyTasksGivesOneResult(Way way) {
    Flux<Task> tasks = Flux.range(0, 500).map(i -> quick("t" + i));
    StepVerifier.create(way.results(sluice, tasks).map(RuntimeTest::nameOf).collectList())
        .assertNext(names -> assertThat(names).hasSize(500).doesNotHaveDuplicates())
        .expectComplete()
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource(names = {"SUBMIT_SCOPED", "SUBMIT_SCOPED_DELAY_ERROR"})
  void scopesLetManyMoreBytesThroughThanTheHeapHolds(Way way) {
    Flux<Task> tasks = Flux.range(0, 500).map(i -> writing(i % 100));
    StepVerifier.create(way.read(sluice, tasks, RuntimeTest::valueOf).count())
        .expectNext(500L)
        .expectComplete()
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource
  void eachSubscriptionIsARunOfItsOwn(Way way) {
    Flux<String> names = way.results(sluice, Flux.just(quick("a"))).map(RuntimeTest::nameOf);
    StepVerifier.create(names.mergeWith(names).concatWith(names))
        .expectNext("a", "a", "a")
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain())
        .assertNext(report -> assertThat(report.taskCount()).isEqualTo(3))
        .expectComplete()
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource
  void nothingHappensBeforeTheSubscription(Way way) {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    assertThat(way.results(sluice, tasks)).isNotNull();
    assertThat(settled().reason()).hasToString("NOTHING_WAITS");
    assertThat(tasks.requested()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = ".*SEQUENTIAL.*", mode = EnumSource.Mode.MATCH_NONE)
  void resultsComeInTheOrderOfCompletion(Way way) {
    StepVerifier.create(
            way.results(sluice, Flux.just(kernels.task("a"), kernels.task("b"), kernels.task("c")))
                .map(RuntimeTest::nameOf))
        .then(() -> kernels.awaitStarted("a", "b", "c"))
        .then(() -> kernels.complete("b"))
        .expectNext("b")
        .then(() -> kernels.complete("c"))
        .expectNext("c")
        .then(() -> kernels.complete("a"))
        .expectNext("a")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void severalRunsShareARuntime() {
    List<Flux<Integer>> runs =
        IntStream.range(0, 4)
            .mapToObj(
                run ->
                    sluice.submitScoped(
                        Flux.range(0, 200).map(i -> Flux.just(writing(run))), RuntimeTest::valueOf))
            .toList();
    StepVerifier.create(Flux.merge(runs).count()).expectNext(800L).expectComplete().verify(BOUND);
  }

  @Test
  void tasksOfOneScopeMayReadWhatItsEarlierOnesWrote() {
    Flux<Flux<Task>> scopes =
        Flux.range(0, 100)
            .map(
                i -> {
                  Task write = writing(i);
                  Task read =
                      Task.call("read", context -> context.tensor(1).setInt(0, 1))
                          .in(write.yielded().getFirst())
                          .out(slabs(1));
                  return Flux.just(write, read);
                });
    StepVerifier.create(sluice.submitScoped(scopes, RuntimeTest::nameOf).count())
        .expectNext(200L)
        .expectComplete()
        .verify(BOUND);
  }
}
