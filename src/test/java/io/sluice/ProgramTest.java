package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.TaskCancelledException;
import io.sluice.error.TaskFailedException;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.test.ManualPublisher;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// Programs that submit tasks one by one.
class ProgramTest extends RuntimeTest {

  @Test
  void anEmptyProgramCompletes() {
    StepVerifier.create(sluice.run(program -> Flux.empty())).expectComplete().verify(BOUND);
  }

  @Test
  void eachSubscriptionCallsItAnew() {
    AtomicInteger calls = new AtomicInteger();
    Flux<Integer> run = sluice.run(program -> Mono.just(calls.incrementAndGet()));
    StepVerifier.create(run.concatWith(run)).expectNext(1, 2).expectComplete().verify(BOUND);
  }

  @Test
  void whatItsPublisherEmitsIsPassedOn() {
    StepVerifier.create(sluice.run(program -> Flux.range(0, 1_000)).count())
        .expectNext(1_000L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void demandGoesToItsPublisher() {
    ManualPublisher<Integer> elements = ManualPublisher.create();
    StepVerifier.create(sluice.run(program -> elements), 3)
        .then(() -> elements.awaitRequested(3))
        .then(() -> assertThat(elements.requested()).isEqualTo(3))
        .thenRequest(2)
        .then(() -> elements.awaitRequested(5))
        .then(elements::complete)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aTaskMayDependOnTheValueOfOneBefore() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(writing(20))
                        .map(result -> result.readAndClose(RuntimeTest::valueOf))
                        .flatMap(value -> program.submit(writing(value + 1)))
                        .map(result -> result.readAndClose(RuntimeTest::valueOf))))
        .expectNext(21)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void manyTasksMayBeSubmittedAtOnce() {
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.range(0, 1_000)
                        .flatMap(i -> program.scope(scope -> scope.submit(writing(i % 100))), 64)
                        .map(result -> result.readAndClose(RuntimeTest::valueOf))
                        .count()))
        .expectNext(1_000L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void anUnhandledFailureIsTheRunsError() {
    StepVerifier.create(sluice.run(program -> program.submit(failing("bad", failure("no")))))
        .expectErrorSatisfies(
            error ->
                assertThat(error).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("no"))
        .verify(BOUND);
  }

  @Test
  void theRunCompletesBehindTheLastTaskThoughItsPublisherDidBefore() {
    StepVerifier.create(
            sluice.run(
                program -> {
                  var _ = program.submit(kernels.task("runs")).subscribe();
                  return Mono.just("done");
                }))
        .expectNext("done")
        .then(() -> kernels.awaitStarted("runs"))
        .then(() -> assertThat(whyDrainWaits()).contains("run 1"))
        .then(() -> kernels.complete("runs"))
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void anErrorOfItsPublisherFailsTheRunAtOnceWhileATaskRuns() {
    RuntimeException no = failure("no");
    List<Throwable> callErrors = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            sluice.run(
                program -> {
                  var _ =
                      program.submit(kernels.task("runs")).subscribe(result -> {}, callErrors::add);
                  kernels.awaitStarted("runs");
                  return Mono.error(no);
                }))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(no))
        .verify(BOUND);
    Await.until("the call's end", () -> !callErrors.isEmpty());
    assertThat(callErrors).containsExactly(no);
    assertThat(sluice.figures().runningCount()).isEqualTo(1);
  }

  @Test
  void oneThatThrowsFailsItsRun() {
    RuntimeException no = failure("no");
    StepVerifier.create(
            sluice.run(
                program -> {
                  throw no;
                }))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(no))
        .verify(BOUND);
  }

  @Test
  void oneThatReturnsNullFailsItsRun() {
    StepVerifier.create(sluice.run(program -> null))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("program"))
        .verify(BOUND);
  }

  @Test
  void cancellingTheRunCancelsItsPublisherAndWhatDoesNotRun() {
    ManualPublisher<Integer> elements = ManualPublisher.create();
    Tensor tensor = slabs(1);
    List<Throwable> callErrors = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            sluice.run(
                program -> {
                  var _ =
                      Flux.merge(
                              program.submit(kernels.task("runs").out(tensor)),
                              program.submit(kernels.task("waits").in(tensor)))
                          .subscribe(result -> {}, callErrors::add);
                  return elements;
                }))
        .then(() -> kernels.awaitStarted("runs"))
        .then(() -> elements.awaitRequested(1))
        .thenCancel()
        .verify(BOUND);
    elements.awaitCancelled();
    Await.until("the calls' end", () -> !callErrors.isEmpty());
    assertThat(callErrors.getFirst()).isInstanceOf(TaskCancelledException.class);
    kernels.complete("runs");
    StepVerifier.create(sluice.drain())
        .assertNext(report -> assertThat(report.cancelledCount()).isEqualTo(1))
        .expectComplete()
        .verify(BOUND);
    assertThat(kernels.hasStarted("waits")).isFalse();
  }

  @Test
  void aResultThatItsPublisherEmitsBehindTheCancelIsClosed() {
    ManualPublisher<TaskResult> results = ManualPublisher.create();
    List<TaskResult> held = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            sluice.run(
                program -> {
                  var _ = program.submit(writing(1)).subscribe(held::add);
                  return results;
                }))
        .then(() -> Await.until("the result", () -> !held.isEmpty()))
        .thenCancel()
        .verify(BOUND);
    results.subscriber().onNext(held.getFirst());
    assertThat(held.getFirst().isClosed()).isTrue();
  }

  @Test
  void nothingMayBeNull() {
    assertThatThrownBy(() -> sluice.run(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> sluice.submit(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> sluice.submitScoped(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> sluice.submit(Flux.empty(), null))
        .isInstanceOf(NullPointerException.class);
  }

  private String whyDrainWaits() {
    var diagnosis = sluice.whyDrainWaits().block(BOUND);
    assertThat(diagnosis).isNotNull();
    return diagnosis.holder();
  }
}
