package io.sluice;

import static io.sluice.RuntimeTest.failing;
import static io.sluice.RuntimeTest.failure;
import static io.sluice.RuntimeTest.quick;
import static io.sluice.RuntimeTest.slabs;
import static io.sluice.RuntimeTest.writing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.CompositeTaskException;
import io.sluice.error.TaskFailedException;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.test.ManualPublisher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Failures of kernels, of publishers and of readers.
class FailureTest extends ManualRuntimeTest {
  private final RuntimeException no = failure("no");

  @ParameterizedTest
  @EnumSource
  void aKernelsFailureNamesItsTaskAndHasItsCause(Way way) {
    StepVerifier.create(way.results(sluice, Flux.just(failing("bad", no))))
        .then(workers::runAll)
        .expectErrorSatisfies(error -> assertFailed(theOneIn(way, error), "bad"))
        .verify(BOUND);
  }

  private void assertFailed(Throwable error, String name) {
    assertThat(error)
        .isInstanceOfSatisfying(
            TaskFailedException.class, failure -> assertThat(failure.taskName()).isEqualTo(name))
        .hasRootCause(no);
  }

  /// The failure itself, or the only one in the composite that a run has which goes on.
  private static Throwable theOneIn(Way way, Throwable error) {
    if (!way.goesOn()) {
      return error;
    }
    assertThat(error).isInstanceOf(CompositeTaskException.class);
    CompositeTaskException composite = (CompositeTaskException) error;
    assertThat(composite.failureCount()).isEqualTo(1);
    assertThat(composite.causes()).hasSize(1);
    return composite.causes().getFirst();
  }

  /// They wait because their subscriber is still inside `onNext`.
  @Test
  void theFirstFailureOvertakesResultsThatWereAskedFor() {
    Flux<Task> tasks = Flux.just(quick("first"), quick("second"), failing("bad", no));
    StepVerifier.create(
            sluice
                .submit(tasks)
                .map(RuntimeTest::nameOf)
                .doOnNext(
                    first -> {
                      workers.complete("second");
                      workers.run("bad");
                    }))
        .then(() -> workers.complete("first"))
        .expectNext("first")
        .expectErrorSatisfies(error -> assertFailed(error, "bad"))
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource
  void anErrorFromUpstreamBeforeAnyTaskIsTheRunsError(Way way) {
    StepVerifier.create(way.results(sluice, Flux.error(no)))
        .expectErrorSatisfies(error -> assertThat(theOneIn(way, error)).isSameAs(no))
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource(names = {"SUBMIT", "SUBMIT_SCOPED"})
  void anErrorFromUpstreamEndsTheRunAtOnceWhileAKernelRuns(Way way) {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    StepVerifier.create(way.results(sluice, tasks))
        .then(() -> tasks.next(quick("runs")))
        .then(() -> tasks.fail(no))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(no))
        .verify(BOUND);
    assertThat(workers.runningNames()).containsExactly("runs");
  }

  @ParameterizedTest
  @EnumSource(names = {"SUBMIT_DELAY_ERROR", "SUBMIT_SCOPED_DELAY_ERROR"})
  void aRunThatGoesOnTellsOfAnErrorFromUpstreamBehindTheResultsBeforeIt(Way way) {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    StepVerifier.create(way.results(sluice, tasks).map(RuntimeTest::nameOf))
        .then(() -> tasks.next(quick("runs")))
        .then(() -> tasks.fail(no))
        .then(() -> workers.complete("runs"))
        .expectNext("runs")
        .expectErrorSatisfies(error -> assertThat(theOneIn(way, error)).isSameAs(no))
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource(names = {"SUBMIT_SCOPED", "SUBMIT_SCOPED_DELAY_ERROR"})
  void anErrorInsideAScopeIsTheRunsError(Way way) {
    Flux<Flux<Task>> scopes =
        Flux.just(Flux.just(quick("a")), Flux.error(no), Flux.just(quick("b")));
    Flux<TaskResult> results =
        way.goesOn() ? sluice.submitScopedDelayError(scopes) : sluice.submitScoped(scopes);
    StepVerifier.create(results.map(RuntimeTest::nameOf).collectList())
        .then(workers::runAll)
        .expectErrorSatisfies(error -> assertThat(theOneIn(way, error)).isSameAs(no))
        .verify(BOUND);
  }

  @Test
  void aRunThatGoesOnServesTheScopesBehindOneThatFailed() {
    Flux<Flux<Task>> scopes =
        Flux.just(Flux.just(quick("a")), Flux.error(no), Flux.just(quick("b")));
    StepVerifier.create(sluice.submitScopedDelayError(scopes))
        .then(workers::runAll)
        .expectNextCount(2)
        .expectError(CompositeTaskException.class)
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource
  void whatAReaderThrowsIsTheRunsErrorAndItsResultIsClosed(Way way) {
    List<TaskResult> results = new ArrayList<>();
    StepVerifier.create(
            way.read(
                sluice,
                Flux.just(writing(1)),
                result -> {
                  results.add(result);
                  throw no;
                }))
        .then(workers::runAll)
        .expectErrorSatisfies(error -> assertThat(theOneIn(way, error)).isSameAs(no))
        .verify(BOUND);
    assertThat(results).singleElement().matches(TaskResult::isClosed);
  }

  @ParameterizedTest
  @EnumSource
  void aReaderThatReturnsNullFailsTheRun(Way way) {
    StepVerifier.create(way.read(sluice, Flux.just(writing(1)), result -> null))
        .then(workers::runAll)
        .expectErrorSatisfies(
            error ->
                assertThat(theOneIn(way, error))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("reader"))
        .verify(BOUND);
  }

  @Test
  void aReadersFailureCancelsUpstreamAndWhatDoesNotRunYet() {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    Tensor tensor = slabs(1);
    StepVerifier.create(
            sluice.submit(
                tasks,
                result -> {
                  throw no;
                }))
        .then(() -> tasks.next(quick("runs").out(tensor), quick("waits").in(tensor)))
        .then(() -> tasks.next(quick("read")))
        .then(() -> workers.run("read"))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(no))
        .verify(BOUND);
    tasks.assertCancelled();
    workers.complete("runs");
    DrainReport report = test.drain();
    assertThat(report.taskCount()).isEqualTo(3);
    assertThat(report.cancelledCount()).isEqualTo(1);
  }

  @Test
  void theFirstFailureReleasesQueuedResultsAndIsSignalledWhileAKernelStillRuns() {
    List<Object> discarded = new ArrayList<>();
    Flux<TaskResult> results =
        sluice
            .submit(Flux.just(writing(1), writing(2), quick("runs"), quick("bad")))
            .doOnDiscard(TaskResult.class, discarded::add);
    StepVerifier.create(results, 0)
        .then(() -> workers.run("write 1", "write 2"))
        .then(() -> workers.fail("bad", no))
        .expectErrorSatisfies(error -> assertFailed(error, "bad"))
        .verify(BOUND);
    assertThat(discarded).hasSize(2).allMatch(result -> ((TaskResult) result).isClosed());
    assertThat(workers.runningNames()).as("kernels that still run").containsExactly("runs");
  }

  @Test
  void aDrainWaitsForTheKernelThatOutlivesItsFailedRun() {
    StepVerifier.create(sluice.submit(Flux.just(quick("runs"), quick("bad"))))
        .then(() -> workers.fail("bad", no))
        .expectError(TaskFailedException.class)
        .verify(BOUND);
    List<DrainReport> drained = new ArrayList<>();
    var _ = sluice.drain().subscribe(drained::add);
    assertThat(drained).as("it waits").isEmpty();
    assertThat(workers.isAskedToStop("runs")).isTrue();
    workers.complete("runs");
    assertThat(drained).hasSize(1);
  }

  @Test
  void aRunThatGoesOnSkipsOnlyWhatReadsTheFailure() {
    Tensor lost = slabs(1);
    Tensor fine = slabs(1);
    Flux<Task> tasks =
        Flux.just(
            failing("bad", no).out(lost),
            quick("reader").in(lost),
            quick("writer").out(fine),
            quick("other reader").in(fine));
    StepVerifier.create(sluice.submitDelayError(tasks).map(RuntimeTest::nameOf))
        .then(workers::runAll)
        .expectNext("writer", "other reader")
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOfSatisfying(
                        CompositeTaskException.class,
                        composite -> {
                          assertFailed(composite.causes().get(0), "bad");
                          assertFailed(composite.causes().get(1), "reader");
                          assertThat(composite.failureCount()).isEqualTo(2);
                        }))
        .verify(BOUND);
  }

  @Test
  void aRunThatGoesOnHoldsTheFailuresOfItsTasksAndOfItsReader() {
    Flux<Task> tasks = Flux.just(failing("bad", no), quick("good"));
    StepVerifier.create(
            sluice.submitDelayError(
                tasks,
                result -> {
                  throw new IllegalStateException("reader");
                }))
        .then(workers::runAll)
        .expectErrorSatisfies(
            error -> {
              CompositeTaskException composite = (CompositeTaskException) error;
              assertThat(composite.failureCount()).isEqualTo(2);
              assertThat(composite.causes())
                  .anySatisfy(cause -> assertFailed(cause, "bad"))
                  .anySatisfy(cause -> assertThat(cause).hasMessage("reader"));
            })
        .verify(BOUND);
  }

  @Test
  void aCompositeKeepsTheFirstThousandCausesAndCountsAll() {
    Flux<Task> tasks =
        Flux.range(0, 3_000).map(i -> i % 2 == 0 ? failing("bad", no) : quick("good"));
    StepVerifier.create(
            sluice.submitDelayError(
                tasks,
                result -> {
                  throw new IllegalStateException("reader");
                }))
        .then(workers::runAll)
        .expectErrorSatisfies(
            error -> {
              CompositeTaskException composite = (CompositeTaskException) error;
              assertThat(composite.failureCount()).isEqualTo(3_000);
              assertThat(composite.causes()).hasSize(CompositeTaskException.CAUSE_LIMIT);
            })
        .verify(BOUND);
  }

  @Test
  void otherRunsGoOnWhenOneFails() {
    ManualPublisher<Task> other = ManualPublisher.create();
    StepVerifier.create(sluice.submit(other).map(RuntimeTest::nameOf))
        .then(() -> other.next(quick("x")))
        .then(
            () ->
                StepVerifier.create(sluice.submit(Flux.just(failing("bad", no))))
                    .then(() -> workers.run("bad"))
                    .expectError(TaskFailedException.class)
                    .verify(BOUND))
        .then(() -> workers.complete("x"))
        .expectNext("x")
        .then(() -> other.next(quick("y")))
        .then(other::complete)
        .then(() -> workers.complete("y"))
        .expectNext("y")
        .expectComplete()
        .verify(BOUND);
  }
}
