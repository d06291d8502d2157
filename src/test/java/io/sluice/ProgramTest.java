package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.InvalidTaskException;
import io.sluice.error.TaskCancelledException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TensorUnavailableException;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
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
    HandPublisher<Integer> elements = new HandPublisher<>();
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
  void anUnhandledFailureIsTheRunsError() {
    StepVerifier.create(sluice.run(program -> program.submit(failing("bad", failure("no")))))
        .expectErrorSatisfies(
            error ->
                assertThat(error).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("no"))
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

  private String whyDrainWaits() {
    var diagnosis = sluice.whyDrainWaits().block(BOUND);
    assertThat(diagnosis).isNotNull();
    return diagnosis.holder();
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
    HandPublisher<Integer> elements = new HandPublisher<>();
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
  void aTaskThatComesBehindTheRunsEndIsRefused() {
    AtomicReference<Orchestrator> kept = new AtomicReference<>();
    StepVerifier.create(
            sluice.run(
                program -> {
                  kept.set(program);
                  return Mono.empty();
                }))
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(kept.get().submit(quick("late")))
        .expectError(TaskCancelledException.class)
        .verify(BOUND);
    StepVerifier.create(kept.get().scope(scope -> scope.submit(quick("late"))))
        .expectError(TaskCancelledException.class)
        .verify(BOUND);
  }

  @Test
  void anAllocatedTensorIsWrittenInPlace() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .alloc(DType.INT32, 4)
                        .flatMapMany(
                            tensor ->
                                Flux.range(0, 4)
                                    .flatMap(i -> program.submit(storing(tensor, i)))
                                    .then(program.submit(summing(tensor))))
                        .map(
                            result ->
                                result.readAndClose(
                                    r -> r.view(r.task().yielded().getFirst()).getInt(0)))))
        .expectNext(6)
        .expectComplete()
        .verify(BOUND);
  }

  private static Task storing(Tensor tensor, int value) {
    return Task.call("store", context -> context.tensor(0).setInt(0, value))
        .out(tensor.rows(value, value + 1));
  }

  private static Task summing(Tensor tensor) {
    Tensor sum = Tensor.of(DType.INT32, 1);
    return Task.call(
            "sum",
            context -> {
              int total = 0;
              for (int i = 0; i < 4; i++) {
                total += context.tensor(0).getInt(i);
              }
              context.tensor(1).setInt(0, total);
            })
        .in(tensor)
        .out(sum)
        .yields(sum);
  }

  @Test
  void bytesComeBackWithTheScopeThatTheyWereSubmittedIn() {
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.range(0, 100)
                        .concatMap(
                            i -> program.scope(scope -> scope.submit(quick("t").out(slabs(8)))))
                        .count()))
        .expectNext(100L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aScopeEndsAlsoWithAnErrorAndWithACancel() {
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.range(0, 30)
                        .concatMap(
                            i ->
                                program
                                    .scope(
                                        scope ->
                                            scope
                                                .submit(quick("t").out(slabs(8)))
                                                .then(Mono.error(failure("no"))))
                                    .onErrorResume(error -> Mono.empty())
                                    .thenMany(
                                        program
                                            .scope(
                                                scope ->
                                                    scope
                                                        .submit(quick("t").out(slabs(8)))
                                                        .concatWith(Mono.never()))
                                            .take(1)))
                        .count()))
        .expectNext(30L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aTaskSubmittedBehindItsScopesEndIsRefused() {
    AtomicReference<Orchestrator> kept = new AtomicReference<>();
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .scope(
                            scope -> {
                              kept.set(scope);
                              return Mono.empty();
                            })
                        .then(Mono.defer(() -> kept.get().submit(quick("late"))))))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(InvalidTaskException.class)
                    .hasMessageContaining("its scope has ended"))
        .verify(BOUND);
  }

  @Test
  void whatAnEndedScopeWroteCanNotBeRead() {
    Tensor tensor = slabs(1);
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .scope(scope -> scope.submit(quick("write").out(tensor)))
                        .then(program.submit(quick("read").in(tensor)))))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(TensorUnavailableException.class)
                    .hasMessageContaining("scope"))
        .verify(BOUND);
  }

  @Test
  void scopesNestToSixtyFourLevels() {
    StepVerifier.create(sluice.run(program -> nested(program, 63)).map(RuntimeTest::nameOf))
        .expectNext("deepest")
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.run(program -> nested(program, 64)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(InvalidTaskException.class)
                    .hasMessageContaining("64 levels"))
        .verify(BOUND);
  }

  /// @param inner how many scopes lie inside this one
  private static Flux<TaskResult> nested(Orchestrator scope, int inner) {
    return inner == 0
        ? scope.submit(quick("deepest").out(slabs(1))).flux()
        : scope.scope(next -> nested(next, inner - 1));
  }

  @Test
  void aScopeWhoseSubscriberHasGoneBeforeItOpenedHoldsNothing() {
    CountDownLatch done = new CountDownLatch(1);
    StepVerifier.create(
            sluice.run(
                program -> {
                  for (int i = 0; i < 100; i++) {
                    program.scope(scope -> Mono.never()).subscribe().dispose();
                  }
                  done.countDown();
                  return program.submit(quick("a").out(slabs(8)));
                }))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    Await.reached(done, "the program");
  }

  @Test
  void aLongChainOfAllocationsOverflowsNoStack() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program.scope(scope -> scope.alloc(DType.INT8, 1)).repeat(20_000).count()))
        .expectNext(20_001L)
        .expectComplete()
        .verify(BOUND);
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

  @Test
  void nothingMayBeNull() {
    assertThatThrownBy(() -> sluice.run(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> sluice.submit(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> sluice.submitScoped(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> sluice.submit(Flux.empty(), null))
        .isInstanceOf(NullPointerException.class);
  }
}
