package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.AdmissionStalledException;
import io.sluice.error.CompositeTaskException;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.TaskFailedException;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/// Results in the order of submission.
class SequentialTest extends RuntimeTest {
  private static final String SEQUENTIAL = ".*SEQUENTIAL.*";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private Task yieldingByHand(String name) {
    Task task = Task.call(name, kernels.kernel());
    var tensor = slabs(1);
    return task.out(tensor).yields(tensor);
  }

  private void awaitEarly(int count) {
    Await.until("the tasks behind the first one", () -> sluice.figures().runningCount() == 1);
    assertThat(settled().reason())
        .as("%d early results", count)
        .isNotEqualTo(Reason.SUBSCRIBER_SLOW);
  }

  @ParameterizedTest
  @EnumSource(names = SEQUENTIAL, mode = EnumSource.Mode.MATCH_ALL)
  void resultsComeInTheOrderOfSubmissionWhicheverCompletesFirst(Way way) {
    StepVerifier.create(
            way.results(sluice, Flux.just(kernels.task("a"), kernels.task("b"), kernels.task("c")))
                .map(RuntimeTest::nameOf))
        .then(() -> kernels.awaitStarted("a", "b", "c"))
        .then(() -> kernels.complete("c", "b"))
        .then(() -> awaitEarly(2))
        .then(() -> kernels.complete("a"))
        .expectNext("a", "b", "c")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void theOrderGoesThroughAllScopes() {
    Flux<Flux<Task>> scopes =
        Flux.just(
            Flux.just(kernels.task("a"), kernels.task("b")),
            Flux.just(kernels.task("c"), kernels.task("d")));
    StepVerifier.create(sluice.submitScopedSequential(scopes, RuntimeTest::nameOf))
        .then(() -> kernels.awaitStarted("a", "b", "c", "d"))
        .then(() -> kernels.complete("d", "c", "b"))
        .then(() -> awaitEarly(3))
        .then(() -> kernels.complete("a"))
        .expectNext("a", "b", "c", "d")
        .expectComplete()
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource(names = SEQUENTIAL, mode = EnumSource.Mode.MATCH_ALL)
  void manyTasksOfManyMoreBytesThanTheHeapHoldsComeInOrder(Way way) {
    int count = way.isScoped() ? 2_000 : 8;
    Flux<Task> tasks = Flux.range(0, count).map(i -> writing(i, (i * 7_919) % 2_000));
    StepVerifier.create(way.read(sluice, tasks, RuntimeTest::valueOf))
        .expectNextSequence(IntStream.range(0, count).map(i -> i % 256).boxed().toList())
        .expectComplete()
        .verify(BOUND);
  }

  private static Task writing(int value, int spins) {
    var tensor = slabs(1);
    return Task.call(
            "write " + value,
            context -> {
              Await.spins(spins);
              context.tensor(0).setInt(0, value % 256);
            })
        .out(tensor)
        .yields(tensor);
  }

  @ParameterizedTest
  @EnumSource(names = SEQUENTIAL, mode = EnumSource.Mode.MATCH_ALL)
  void theOrderHoldsForASubscriberThatRequestsOneByOne(Way way) {
    StepVerifier.create(
            way.read(sluice, Flux.range(0, 8).map(RuntimeTest::writing), RuntimeTest::valueOf), 0)
        .thenRequest(1)
        .expectNext(0)
        .thenRequest(2)
        .expectNext(1, 2)
        .thenRequest(100)
        .expectNext(3, 4, 5, 6, 7)
        .expectComplete()
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource(names = SEQUENTIAL, mode = EnumSource.Mode.MATCH_ALL)
  void aTaskThatFailsOrIsRefusedLeavesNoGapInARunThatGoesOn(Way way) {
    if (!way.goesOn()) {
      return;
    }
    Flux<Task> tasks =
        Flux.just(
            kernels.task("a"),
            quick("refused").in(slabs(1)),
            quick("b"),
            kernels.task("c"),
            quick("d"));
    StepVerifier.create(way.results(sluice, tasks).map(RuntimeTest::nameOf))
        .then(() -> kernels.awaitStarted("a", "c"))
        .then(() -> kernels.fail("c", failure("second")))
        .then(() -> awaitEarly(2))
        .then(() -> kernels.fail("a", failure("first")))
        .expectNext("b", "d")
        .expectErrorSatisfies(
            error -> assertThat(((CompositeTaskException) error).failureCount()).isEqualTo(3))
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource(names = SEQUENTIAL, mode = EnumSource.Mode.MATCH_ALL)
  void resultsThatWaitForTheirTurnAreClosedWithTheRunAndTheHookIsTold(Way way) {
    List<TaskResult> discarded = new CopyOnWriteArrayList<>();
    Flux<Task> tasks =
        Flux.just(kernels.task("a"), writing(1), writing(2)).concatWith(Flux.never());
    StepVerifier.create(way.results(sluice, tasks).doOnDiscard(TaskResult.class, discarded::add))
        .then(() -> kernels.awaitStarted("a"))
        .then(() -> Await.until("all three", () -> sluice.figures().admittedCount() == 3))
        .then(() -> awaitEarly(2))
        .thenCancel()
        .verify(BOUND);
    Await.until("two discarded results", () -> discarded.size() == 2);
    assertThat(discarded).allMatch(TaskResult::isClosed);
  }

  @Test
  void anErrorOvertakesResultsThatWaitForTheirTurn() {
    List<TaskResult> discarded = new CopyOnWriteArrayList<>();
    Flux<Task> tasks = Flux.just(kernels.task("a"), writing(1), writing(2));
    StepVerifier.create(
            sluice.submitSequential(tasks).doOnDiscard(TaskResult.class, discarded::add))
        .then(() -> kernels.awaitStarted("a"))
        .then(() -> Await.until("all three", () -> sluice.figures().admittedCount() == 3))
        .then(() -> awaitEarly(2))
        .then(() -> kernels.fail("a", failure("broken")))
        .expectError(TaskFailedException.class)
        .verify(BOUND);
    Await.until("two discarded results", () -> discarded.size() == 2);
    assertThat(discarded).allMatch(TaskResult::isClosed);
  }

  @ParameterizedTest
  @EnumSource(names = SEQUENTIAL, mode = EnumSource.Mode.MATCH_ALL)
  void resultsThatWaitForTheirTurnCountInFlightAndTheFirstIsNamed(Way way) {
    use(builder().maxInFlight(3));
    StepVerifier.create(
            way.results(sluice, Flux.just(kernels.task("slow"), quick("b"), quick("c"), quick("d")))
                .map(RuntimeTest::nameOf))
        .then(
            () -> Await.until("two early results", () -> settled().holder().contains("2 results")))
        .then(() -> assertThat(sluice.figures().admittedCount()).isEqualTo(3))
        .then(
            () ->
                assertThat(settled().sentence())
                    .contains("1 not decided, 2 results behind task 'slow' (0:0), which runs")
                    .contains("maxInFlight"))
        .then(() -> kernels.complete("slow"))
        .expectNext("slow", "b", "c", "d")
        .expectComplete()
        .verify(BOUND);
  }

  /// The first task has what it needs since its admission, so the run goes on as soon as it has ended.
  @Test
  void aHeapFullOfResultsThatWaitForTheirTurnIsNoDeadlock() {
    Flux<Flux<Task>> scopes =
        Flux.range(0, 20).map(i -> Flux.just(i == 0 ? yieldingByHand("slow") : writing(i)));
    StepVerifier.create(sluice.submitScopedSequential(scopes, result -> nameOf(result)))
        .then(
            () ->
                Await.until(
                    "a heap full of results that wait for their turn",
                    () ->
                        settled()
                            .sentence()
                            .contains(
                                "results of run 1 behind task 'slow' (0:0), which runs (7,168"
                                    + " bytes)")))
        .then(() -> kernels.complete("slow"))
        .expectNextCount(20)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aHeapFullOfThemForLongerThanTheTimeoutIsAnErrorThatNamesTheFirst() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    use(builder().timers(time).allocationTimeout(TIMEOUT));
    Flux<Flux<Task>> scopes =
        Flux.range(0, 20).map(i -> Flux.just(i == 0 ? kernels.task("slow") : writing(i)));
    StepVerifier.create(sluice.submitScopedSequential(scopes))
        .then(() -> Await.until("a full heap", () -> settled().reason() == Reason.OUT_OF_TURN))
        .then(() -> time.advanceTimeBy(TIMEOUT))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(AdmissionStalledException.class)
                    .hasMessageContaining("results of run 1 behind task 'slow' (0:0), which runs")
                    .hasMessageContaining("if the order of results does not matter"))
        .verify(BOUND);
  }
}
