package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TaskTimeoutException;
import io.sluice.task.Arguments;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.Tensor;
import io.sluice.test.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// A kernel on a thread can't be killed: past its time it is given up, and its task failed at once
/// (H-34).
class TimeoutTest extends RuntimeTest {
  private static final Duration LIMIT = Duration.ofMillis(100);
  private static final Duration SHORT_OF_IT = Duration.ofMillis(99);
  private static final Duration REST = Duration.ofMillis(1);

  private final VirtualTime time = VirtualTime.create();
  private final List<TaskEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void useOneWorkerAndVirtualTime() {
    use(builder().blockingThreads("cpu", 1).timers(time).runs(run -> run.lookAhead(4)));
    var _ = sluice.events().subscribe(events::add);
  }

  private Task limited(String name) {
    return kernels.task(name).timeout(LIMIT);
  }

  private void passLimitOf(String name) {
    kernels.awaitStarted(name);
    time.advanceBy(LIMIT);
  }

  @Test
  void aTaskFailsAtOnceWhenItsTimeIsOver() {
    StepVerifier.create(sluice.submit(Flux.just(limited("slow"))))
        .then(() -> kernels.awaitStarted("slow"))
        .then(() -> time.advanceBy(SHORT_OF_IT))
        .then(() -> assertThat(settled().reason()).isEqualTo(Reason.MOVING))
        .then(() -> time.advanceBy(REST))
        .verifyErrorSatisfies(TimeoutTest::isTimeout);
    assertThat(sluice.figures().runningCount()).as("the kernel goes on").isEqualTo(1);
  }

  private static void isTimeout(Throwable error) {
    assertThat(error)
        .isInstanceOf(TaskFailedException.class)
        .hasMessageContainingAll("'slow'", "failed, and has not returned", "cpu-0", "100 ms");
    assertThat(error.getCause())
        .isInstanceOfSatisfying(
            TaskTimeoutException.class,
            timeout -> {
              assertThat(timeout.limit()).isEqualTo(LIMIT);
              assertThat(timeout.ranFor()).isEqualTo(LIMIT);
              assertThat(timeout.workerName()).isEqualTo("cpu-0");
              assertThat(timeout.taskName()).isEqualTo("slow");
            });
  }

  @Test
  void aTaskThatEndsInTimeIsLeftAlone() {
    StepVerifier.create(sluice.submit(Flux.just(limited("quick"))))
        .then(() -> kernels.awaitStarted("quick"))
        .then(() -> time.advanceBy(SHORT_OF_IT))
        .then(() -> kernels.complete("quick"))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    time.advanceBy(LIMIT);
    assertThat(events).noneMatch(event -> event instanceof TaskEvent.Abandoned);
  }

  @Test
  void timeSpentWaitingForAWorkerDoesNotCount() {
    StepVerifier.create(sluice.submit(Flux.just(kernels.task("first"), limited("second"))))
        .then(() -> kernels.awaitStarted("first"))
        .then(() -> time.advanceBy(LIMIT.multipliedBy(10)))
        .then(() -> kernels.complete("first"))
        .expectNextCount(1)
        .then(() -> kernels.awaitStarted("second"))
        .then(() -> time.advanceBy(SHORT_OF_IT))
        .then(() -> kernels.complete("second"))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void readersOfWhatItShouldHaveWrittenFailAtOnce() {
    Tensor tensor = slabs(1);
    StepVerifier.create(
            sluice.submitDelayError(
                Flux.just(limited("slow").out(tensor), quick("reader").in(tensor), quick("other"))))
        .then(() -> passLimitOf("slow"))
        .expectNextMatches(result -> result.task().name().equals("other"))
        .expectError()
        .verify(BOUND);
    assertThat(events)
        .filteredOn(event -> event instanceof TaskEvent.Failed)
        .extracting(event -> ((TaskEvent.Failed) event).taskName())
        .containsExactly("slow", "reader");
  }

  @Test
  void itsBytesStayTakenUntilTheKernelReturns() {
    StepVerifier.create(sluice.submit(Flux.just(limited("slow").out(slabs(3)))))
        .then(() -> passLimitOf("slow"))
        .expectError(TaskFailedException.class)
        .verify(BOUND);
    assertThat(settled().reason()).isEqualTo(Reason.KERNEL_RUNNING);
    assertThat(sluice.figures().heapUsedBytes()).isEqualTo(3 * SLAB);
    kernels.complete("slow");
    Await.until("the bytes", () -> sluice.figures().heapUsedBytes() == 0);
    assertThat(kernels.wasAskedToStop("slow")).isTrue();
  }

  @Test
  void anotherThreadTakesThePlaceOfItsWorker() {
    StepVerifier.create(sluice.submitDelayError(Flux.just(limited("slow"), kernels.task("next"))))
        .then(() -> passLimitOf("slow"))
        .then(() -> kernels.awaitStarted("next"))
        .then(() -> kernels.complete("next"))
        .expectNextCount(1)
        .expectError()
        .verify(BOUND);
    assertThat(events)
        .anySatisfy(
            event ->
                assertThat(event)
                    .isInstanceOfSatisfying(
                        TaskEvent.Abandoned.class,
                        given -> {
                          assertThat(given.taskName()).isEqualTo("slow");
                          assertThat(given.pool()).isEqualTo("cpu");
                          assertThat(given.worker()).isZero();
                        }));
  }

  @Test
  void aWorkerHasOneReplacementAtATime() {
    Flux<Task> tasks = Flux.just(limited("slow 1"), limited("slow 2"), kernels.task("next"));
    StepVerifier.create(sluice.submitDelayError(tasks))
        .then(() -> passLimitOf("slow 1"))
        .then(() -> passLimitOf("slow 2"))
        .then(() -> assertThat(settled().reason()).isEqualTo(Reason.NO_IDLE_WORKER))
        .then(() -> assertThat(kernels.hasStarted("next")).isFalse())
        .then(() -> kernels.complete("slow 1"))
        .then(() -> kernels.awaitStarted("next"))
        .then(() -> kernels.complete("next"))
        .expectNextCount(1)
        .expectError()
        .verify(BOUND);
  }

  @Test
  void aDrainWaitsForTheKernelAndNamesIt() {
    StepVerifier.create(sluice.submit(Flux.just(limited("slow"))))
        .then(() -> passLimitOf("slow"))
        .expectError()
        .verify(BOUND);
    StepVerifier.create(sluice.drain())
        .then(() -> assertThat(whyDrainWaits()).contains("'slow'", "cpu-0", "has not returned"))
        .then(() -> kernels.complete("slow"))
        .expectNextMatches(report -> report.failedCount() == 1)
        .expectComplete()
        .verify(BOUND);
  }

  private String whyDrainWaits() {
    return sluice.whyDrainWaits().block(BOUND).sentence();
  }

  @Test
  void aGroupTimesOutAsAWhole() {
    use(builder().blockingThreads("cpu", 2).timers(time));
    Task group =
        Task.group("pair", kernels.kernel(), Arguments.none(), Arguments.none()).timeout(LIMIT);
    StepVerifier.create(sluice.submit(Flux.just(group)))
        .then(() -> Await.until("both", () -> sluice.figures().runningCount() == 2))
        .then(() -> time.advanceBy(LIMIT))
        .expectErrorMatches(error -> error.getCause() instanceof TaskTimeoutException)
        .verify(BOUND);
  }

  @Test
  void aProgramCanGoOnAfterATimeout() {
    StepVerifier.create(
            sluice.run(
                o ->
                    o.submit(limited("slow"))
                        .onErrorResume(
                            TaskFailedException.class, e -> o.submit(kernels.task("instead")))))
        .then(() -> passLimitOf("slow"))
        .then(() -> kernels.awaitStarted("instead"))
        .then(() -> kernels.complete("instead"))
        .expectNextMatches(result -> result.task().name().equals("instead"))
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aReactiveKernelIsCancelledWhenItsTimeIsOver() {
    use(builder().reactive("async", 1).timers(time));
    Task never = Task.callReactive("never", context -> Mono.never()).on("async").timeout(LIMIT);
    StepVerifier.create(sluice.submit(Flux.just(never)))
        .then(() -> Await.until("start", () -> sluice.figures().runningCount() == 1))
        .then(() -> time.advanceBy(LIMIT))
        .expectErrorMatches(error -> error.getCause() instanceof TaskTimeoutException)
        .verify(BOUND);
    Await.until("the end", () -> sluice.figures().runningCount() == 0);
  }

  @Test
  void disposalWaitsForTheKernel() {
    StepVerifier.create(sluice.submit(Flux.just(limited("slow"))))
        .then(() -> passLimitOf("slow"))
        .expectError()
        .verify(BOUND);
    sluice.dispose();
    StepVerifier.create(sluice.disposeGracefully(BOUND))
        .then(() -> kernels.complete("slow"))
        .expectComplete()
        .verify(BOUND);
    use(builder());
  }

  @Test
  void badLimitsAreRefused() {
    StepVerifier.create(
            Mono.fromCallable(() -> quick("t").timeout(Duration.ZERO)).flux().cast(Task.class))
        .expectError(InvalidTaskException.class)
        .verify(BOUND);
  }
}
