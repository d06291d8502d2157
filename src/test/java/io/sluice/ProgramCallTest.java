package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.TaskFailedException;
import io.sluice.error.TensorUnavailableException;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// Single tasks that a program submits.
class ProgramCallTest extends RuntimeTest {

  @Test
  void aCallIsColdAndEachSubscriptionSubmitsAnew() {
    StepVerifier.create(
            sluice.run(
                program -> {
                  Mono<TaskResult> call = program.submit(quick("a"));
                  return call.concatWith(call).map(result -> result.taskId().sequence());
                }))
        .expectNext(0L, 1L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aTasksFailureIsItsCallsErrorAndTheRunGoesOn() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(failing("bad", failure("no")))
                        .map(RuntimeTest::nameOf)
                        .onErrorResume(
                            TaskFailedException.class,
                            error -> program.submit(quick("instead")).map(RuntimeTest::nameOf))))
        .expectNext("instead")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aReaderOfAFailedTaskFailsWithTheFirstCause() {
    Tensor lost = slabs(1);
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.concatDelayError(
                        program.submit(failing("bad", failure("no")).out(lost)),
                        program.submit(quick("reader").in(lost)))))
        .expectErrorSatisfies(
            error ->
                assertThat(error.getSuppressed())
                    .filteredOn(TaskFailedException.class::isInstance)
                    .hasSize(2)
                    .allSatisfy(each -> assertThat(each).hasRootCauseMessage("no")))
        .verify(BOUND);
  }

  @Test
  void aRefusedTaskIsItsCallsError() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(quick("reader").in(slabs(1)))
                        .map(RuntimeTest::nameOf)
                        .onErrorResume(
                            TensorUnavailableException.class, error -> Mono.just("refused"))))
        .expectNext("refused")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aNullTaskIsRefusedOnTheSpot() {
    StepVerifier.create(sluice.run(program -> program.submit(null)))
        .expectError(NullPointerException.class)
        .verify(BOUND);
  }

  @Test
  void cancellingACallThatWaitsForBytesWithdrawsIt() {
    StepVerifier.create(
            sluice
                .run(
                    program ->
                        Flux.concat(
                            program
                                .scope(scope -> scope.submit(kernels.task("runs").out(slabs(8))))
                                .map(RuntimeTest::nameOf)
                                .mergeWith(
                                    program
                                        .submit(kernels.task("waits").out(slabs(1)))
                                        .map(RuntimeTest::nameOf)
                                        .doOnSubscribe(s -> kernels.awaitStarted("runs"))
                                        .timeout(Duration.ofMillis(1))
                                        .onErrorResume(
                                            error -> {
                                              kernels.complete("runs");
                                              return Mono.just("withdrawn");
                                            })),
                            program.submit(quick("last").out(slabs(8))).map(RuntimeTest::nameOf)))
                .sort())
        .expectNext("last", "runs", "withdrawn")
        .expectComplete()
        .verify(BOUND);
    assertThat(kernels.hasStarted("waits")).isFalse();
  }

  @Test
  void cancellingACallWhoseTaskRunsLetsItRunAndClosesItsResult() {
    Tensor tensor = slabs(1);
    List<TaskResult> discarded = new CopyOnWriteArrayList<>();
    Task task = kernels.task("runs").out(tensor).yields(tensor);
    StepVerifier.create(
            sluice.run(
                program -> {
                  Disposable call =
                      program
                          .submit(task)
                          .doOnDiscard(TaskResult.class, discarded::add)
                          .subscribe();
                  kernels.awaitStarted("runs");
                  call.dispose();
                  kernels.complete("runs");
                  return program.submit(quick("reader").in(tensor)).map(RuntimeTest::nameOf);
                }))
        .expectNext("reader")
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain())
        .assertNext(report -> assertThat(report.cancelledCount()).isZero())
        .expectComplete()
        .verify(BOUND);
    assertThat(discarded).singleElement().matches(TaskResult::isClosed);
  }

  @Test
  void aResultThatNobodyAskedForIsHeldUntilItsCallIsCancelled() {
    BaseSubscriber<TaskResult> silent =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {}
        };
    StepVerifier.create(
            sluice.run(
                program -> {
                  program.submit(writing(1)).subscribe(silent);
                  return Mono.empty();
                }))
        .expectComplete()
        .verify(BOUND);
    assertThat(whyDrainWaits()).contains("1 open result(s)");
    silent.dispose();
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
  }

  private String whyDrainWaits() {
    var diagnosis = sluice.whyDrainWaits().block(BOUND);
    assertThat(diagnosis).isNotNull();
    return diagnosis.holder();
  }
}
