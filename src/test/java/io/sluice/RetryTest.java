package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.error.CompositeTaskException;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TaskTimeoutException;
import io.sluice.error.WorkerLostException;
import io.sluice.task.Arguments;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import io.sluice.test.TestSluice;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// Tasks that are tried again: budgets, back-off, who is told what, and what is refused.
class RetryTest {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final Duration DELAY = Duration.ofSeconds(1);

  private final IOException disk = new IOException("disk");

  private final TestSluice test =
      TestSluice.of(
          Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 2).allocationTimeout(DELAY));
  private final Sluice sluice = test.sluice();

  @AfterEach
  void nothingIsLeft() {
    test.workers().runAll();
    test.assertNothingIsHeld();
    test.close();
  }

  private static Task task(String name) {
    return Task.call(name, context -> {});
  }

  private static TaskRetry fixed(int times) {
    return TaskRetry.fixedDelay(times, DELAY);
  }

  private void failing(String name) {
    test.workers().fail(name, disk);
  }

  private List<TaskEvent.Retried> retries() {
    return test.events().stream()
        .filter(TaskEvent.Retried.class::isInstance)
        .map(TaskEvent.Retried.class::cast)
        .toList();
  }

  @Test
  void aTaskIsTriedAgainAfterItsDelay() {
    StepVerifier.create(sluice.submit(Flux.just(task("a").retry(fixed(2)))))
        .then(() -> failing("a"))
        .then(() -> assertThat(test.workers().isRunning("a")).isFalse())
        .then(() -> assertThat(test.whyWaiting().reason()).isEqualTo(Reason.WAITING_FOR_RETRY))
        .then(() -> test.time().advanceBy(DELAY.minusNanos(1)))
        .then(() -> assertThat(test.workers().isRunning("a")).isFalse())
        .then(() -> test.time().advanceBy(Duration.ofNanos(1)))
        .then(() -> test.workers().complete("a"))
        .expectNextMatches(result -> result.task().name().equals("a"))
        .expectComplete()
        .verify(BOUND);
    assertThat(retries())
        .singleElement()
        .satisfies(
            retried -> {
              assertThat(retried.attempt()).isEqualTo(1);
              assertThat(retried.delayNs()).isEqualTo(DELAY.toNanos());
              assertThat(retried.cause()).isSameAs(disk);
            });
  }

  @Test
  void theKernelKnowsWhichAttemptItIs() {
    List<Integer> attempts = new CopyOnWriteArrayList<>();
    Task stubborn =
        Task.call(
                "a",
                context -> {
                  attempts.add(context.attempt());
                  if (context.attempt() < 3) {
                    throw disk;
                  }
                })
            .retry(2);
    StepVerifier.create(sluice.submit(Flux.just(stubborn)))
        .then(() -> test.workers().runAll())
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(attempts).containsExactly(1, 2, 3);
  }

  @Test
  void theLastErrorTellsHowOftenItWasTried() {
    StepVerifier.create(sluice.submit(Flux.just(task("a").retry(2))))
        .then(() -> failing("a"))
        .then(() -> failing("a"))
        .then(() -> failing("a"))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("failed, retried 2 of 2 times: ")
                    .hasCause(disk))
        .verify(BOUND);
  }

  @Test
  void aFilterChoosesWhatIsTriedAgain() {
    TaskRetry onlyState = TaskRetry.max(5).filter(IllegalStateException.class::isInstance);
    StepVerifier.create(sluice.submit(Flux.just(task("a").retry(onlyState))))
        .then(() -> test.workers().fail("a", new IllegalStateException("again")))
        .then(() -> failing("a"))
        .expectErrorSatisfies(
            error -> assertThat(error).hasMessageContaining("retried 1 of 5 times"))
        .verify(BOUND);
  }

  @Test
  void aFilterThatThrowsSaysNo() {
    IOException own = new IOException("own");
    RuntimeException broken = new IllegalStateException("filter");
    TaskRetry retry =
        TaskRetry.max(5)
            .filter(
                error -> {
                  throw broken;
                });
    StepVerifier.create(sluice.submit(Flux.just(task("a").retry(retry))))
        .then(() -> test.workers().fail("a", own))
        .expectErrorSatisfies(error -> assertThat(error).hasCause(own))
        .verify(BOUND);
    assertThat(own.getSuppressed()).containsExactly(broken);
  }

  @Test
  void aTimeoutCountsAsAFailureOfTheKernel() {
    Task limited = task("a").timeout(DELAY).retry(1);
    StepVerifier.create(sluice.submit(Flux.just(limited)))
        .then(() -> test.time().advanceBy(DELAY))
        .then(() -> assertThat(test.workers().startedNames()).as("not yet").containsExactly("a"))
        .then(() -> test.workers().complete("a"))
        .then(() -> assertThat(test.workers().startedNames()).containsExactly("a", "a"))
        .then(() -> test.time().advanceBy(DELAY))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .hasMessageContaining("retried 1 of 1 times")
                    .hasCauseInstanceOf(TaskTimeoutException.class))
        .verify(BOUND);
  }

  @Test
  void aFilterIsAskedAboutATimeoutToo() {
    List<Throwable> asked = new CopyOnWriteArrayList<>();
    TaskRetry never =
        TaskRetry.max(3)
            .filter(
                error -> {
                  asked.add(error);
                  return false;
                });
    StepVerifier.create(sluice.submit(Flux.just(task("a").timeout(DELAY).retry(never))))
        .then(() -> test.time().advanceBy(DELAY))
        .expectErrorMatches(error -> error.getCause() instanceof TaskTimeoutException)
        .verify(BOUND);
    assertThat(asked).singleElement().isInstanceOf(TaskTimeoutException.class);
  }

  @Test
  void aKernelThatNeverReturnsCanNotBeTriedAgainAndFailsAfterTheSameTimeOnceMore() {
    StepVerifier.create(sluice.submit(Flux.just(task("a").timeout(DELAY).retry(9))))
        .then(() -> test.time().advanceBy(DELAY))
        .then(() -> test.time().advanceBy(DELAY))
        .expectErrorSatisfies(
            error -> assertThat(error).hasMessageContaining("0 of 9 times, and has not returned"))
        .verify(BOUND);
    assertThat(test.workers().startedNames()).containsExactly("a");
  }

  @Test
  void aLostWorkerHasABudgetOfItsOwn() {
    Task task = throwing("a", new WorkerLostException("cpu-0", "died with signal 9"));
    StepVerifier.create(sluice.submit(Flux.just(task.retry(TaskRetry.max(0).maxLostWorkers(2)))))
        .then(() -> test.workers().runAll())
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .hasMessageContaining("retried 2 of 2 times for lost workers")
                    .hasMessageContaining("worker cpu-0 died with signal 9"))
        .verify(BOUND);
    assertThat(retries()).hasSize(2);
  }

  private static Task throwing(String name, Exception failure) {
    return Task.call(
        name,
        context -> {
          throw failure;
        });
  }

  @Test
  void aPlainTaskIsNotTriedAgain() {
    StepVerifier.create(
            sluice.submit(Flux.just(throwing("a", new WorkerLostException("cpu-0", "crashed")))))
        .then(() -> test.workers().runAll())
        .expectErrorSatisfies(
            error -> assertThat(error).hasMessageContaining("failed: worker cpu-0 crashed"))
        .verify(BOUND);
  }

  @Test
  void aGroupIsTriedAgainAsAWholeWhenAllHaveStopped() {
    Task group = Task.group("pair", context -> {}, Arguments.none(), Arguments.none()).retry(1);
    List<Integer> calls = new CopyOnWriteArrayList<>();
    Task counting =
        Task.group(
                "pair",
                context -> {
                  calls.add(context.attempt());
                  if (context.attempt() == 1 && context.memberIndex() == 0) {
                    throw disk;
                  }
                },
                Arguments.none(),
                Arguments.none())
            .retry(1);
    assertThat(group.retry()).isNotNull();
    StepVerifier.create(sluice.submit(Flux.just(counting)))
        .then(() -> test.workers().runAll())
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(calls).as("attempts of both members").containsExactly(1, 1, 2, 2);
  }

  @Test
  void itsReadersWaitUntilItHasSucceeded() {
    Tensor tensor = Tensor.of(DType.UINT8, 4);
    Task writer =
        Task.call(
                "writer",
                context -> {
                  context.tensor(0).setInt(0, context.attempt());
                  if (context.attempt() == 1) {
                    throw disk;
                  }
                })
            .out(tensor)
            .retry(1);
    Task reader =
        Task.call("reader", context -> assertThat(context.tensor(0).getInt(0)).isEqualTo(2))
            .in(tensor);
    StepVerifier.create(sluice.submit(Flux.just(writer, reader)))
        .then(() -> test.workers().runAll())
        .expectNextCount(2)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void itKeepsItsBytesWhileItWaitsAndNobodyStallsOverThem() {
    Task keeper = task("keeper").out(Tensor.of(DType.UINT8, 6_000)).retry(fixed(1));
    Task waiting = task("waiting").out(Tensor.of(DType.UINT8, 6_000));
    Flux<Flux<Task>> scopes = Flux.just(Flux.just(keeper), Flux.just(waiting));
    StepVerifier.create(sluice.submitScoped(scopes))
        .then(() -> failing("keeper"))
        .then(() -> assertThat(sluice.figures().heapUsedBytes()).isEqualTo(6_144))
        .then(() -> test.time().advanceBy(DELAY))
        .then(() -> test.workers().complete("keeper"))
        .expectNextCount(1)
        .then(() -> test.workers().complete("waiting"))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void theAllocationTimeoutDoesNotRunWhileATaskWaitsToBeTriedAgain() {
    Duration longer = DELAY.multipliedBy(5);
    Task keeper =
        task("keeper").out(Tensor.of(DType.UINT8, 6_000)).retry(TaskRetry.fixedDelay(1, longer));
    Task waiting = task("waiting").out(Tensor.of(DType.UINT8, 6_000));
    StepVerifier.create(sluice.submitScoped(Flux.just(Flux.just(keeper), Flux.just(waiting))))
        .then(() -> failing("keeper"))
        .then(() -> test.time().advanceBy(longer))
        .then(() -> test.workers().complete("keeper"))
        .expectNextCount(1)
        .then(() -> test.workers().complete("waiting"))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aCancelEndsTheWait() {
    StepVerifier.create(
            sluice.submit(
                Flux.just(task("a").out(Tensor.of(DType.UINT8, 4)).retry(fixed(3)))
                    .concatWith(Mono.never())))
        .then(() -> failing("a"))
        .thenCancel()
        .verify(BOUND);
    assertThat(sluice.figures().heapUsedBytes()).isZero();
    assertThat(sluice.figures().liveCount()).isZero();
  }

  @Test
  void theFailureOfAnotherTaskEndsTheWait() {
    StepVerifier.create(sluice.submit(Flux.just(task("a").retry(fixed(3)), task("b"))))
        .then(() -> failing("a"))
        .then(() -> failing("b"))
        .expectErrorMatches(error -> ((TaskFailedException) error).taskName().equals("b"))
        .verify(BOUND);
    assertThat(sluice.figures().liveCount()).isZero();
  }

  @Test
  void aDisposalEndsTheWait() {
    TestSluice own = TestSluice.of(Sluice.builder().heap(DataSize.kibibytes(8)));
    StepVerifier.create(own.sluice().submit(Flux.just(task("a").retry(fixed(3)))))
        .then(() -> own.workers().fail("a", disk))
        .then(own.sluice()::dispose)
        .expectError()
        .verify(BOUND);
    StepVerifier.create(own.sluice().disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  static Stream<Function<Tensor, Task>> inPlace() {
    return Stream.of(
        tensor -> task("inout").inout(tensor),
        tensor -> task("slice").out(tensor.rows(0, 4)),
        tensor -> task("whole").out(tensor),
        tensor -> task("join").outExisting(tensor),
        tensor -> task("unordered").noDep(tensor));
  }

  @ParameterizedTest
  @MethodSource("inPlace")
  void aTaskThatWritesInPlaceIsRefusedUnlessItIsDeclaredIdempotent(Function<Tensor, Task> maker) {
    Tensor tensor = Tensor.of(DType.UINT8, 8);
    Task task = maker.apply(tensor);
    Task alloc = Task.alloc(tensor);
    StepVerifier.create(sluice.submitDelayError(Flux.just(alloc, task.retry(1))))
        .expectNextCount(1)
        .expectErrorSatisfies(
            error ->
                assertThat(((CompositeTaskException) error).causes())
                    .singleElement()
                    .isInstanceOf(InvalidTaskException.class)
                    .extracting(Throwable::getMessage)
                    .asString()
                    .contains("it has retries", "idempotent()"))
        .verify(BOUND);
    StepVerifier.create(sluice.submit(Flux.just(alloc, task.idempotent().retry(1))))
        .expectNextCount(1)
        .then(() -> failing(task.name()))
        .then(() -> test.workers().complete(task.name()))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aUserOwnedTensorIsWrittenInPlaceToo() {
    UserTensor user = sluice.tensor(DType.UINT8, 4);
    StepVerifier.create(sluice.submit(Flux.just(task("a").out(user).retry(1))))
        .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("it has retries"))
        .verify(BOUND);
    user.close();
  }
}
