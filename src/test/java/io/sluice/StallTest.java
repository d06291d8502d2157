package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.AdmissionStalledException;
import io.sluice.error.Diagnosis;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.error.TaskTooLargeException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/// Waits for bytes that are hopeless, or too long.
class StallTest extends RuntimeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MOST_OF_IT = Duration.ofSeconds(9);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final BlockingQueue<TaskResult> results = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();

  private void useVirtualTime() {
    use(builder().timers(time).allocationTimeout(TIMEOUT));
  }

  private void pass(Duration duration) {
    time.advanceTimeBy(duration);
    var _ = settled();
  }

  private static <T> T next(BlockingQueue<T> queue) {
    try {
      T next = queue.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
      assertThat(next).as("the next signal").isNotNull();
      return next;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<TaskResult> nextResults(int count) {
    return IntStream.range(0, count).mapToObj(i -> next(results)).toList();
  }

  private static Diagnosis diagnosisOf(Throwable error) {
    assertThat(error).isInstanceOf(AdmissionStalledException.class);
    return ((AdmissionStalledException) error).diagnosis();
  }

  @Test
  void aClaimThatItsOwnScopeMakesHopelessIsAnErrorAtOnceThatNamesTheKnob() {
    use(builder().noAllocationTimeout());
    StepVerifier.create(
            sluice.submit(Flux.just(quick("a").out(slabs(6)), quick("b").out(slabs(4)))))
        .thenConsumeWhile(result -> true)
        .expectErrorSatisfies(
            error -> {
              Diagnosis diagnosis = diagnosisOf(error);
              assertThat(diagnosis.reason()).isEqualTo(Reason.HEAP_FULL);
              assertThat(diagnosis.neededBytes()).isEqualTo(4 * SLAB);
              assertThat(diagnosis.freeBytes()).isEqualTo(2 * SLAB);
              assertThat(diagnosis.holder()).contains("scopes of run 1");
              assertThat(diagnosis.knob()).contains("submitScoped");
              assertThat(error).hasMessageContaining("'b'").hasMessageContaining("4,096 bytes");
            })
        .verify(BOUND);
    StepVerifier.create(sluice.drain())
        .assertNext(report -> assertThat(report.refusedCount()).isEqualTo(1))
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aRunThatGoesOnSkipsTheHopelessClaim() {
    Flux<Task> tasks =
        Flux.just(quick("a").out(slabs(6)), quick("b").out(slabs(4)), quick("c").out(slabs(2)));
    StepVerifier.create(sluice.submitDelayError(tasks).map(RuntimeTest::nameOf))
        .expectNext("a", "c")
        .expectErrorSatisfies(
            error -> assertThat(error).hasCauseInstanceOf(AdmissionStalledException.class))
        .verify(BOUND);
  }

  @Test
  void aHopelessClaimOfAProgramIsItsCallsError() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(quick("a").out(slabs(6)))
                        .then(program.submit(quick("b").out(slabs(4))))
                        .map(RuntimeTest::nameOf)
                        .onErrorResume(
                            AdmissionStalledException.class,
                            error ->
                                program.submit(quick("c").out(slabs(2))).thenReturn("went on"))))
        .expectNext("went on")
        .expectComplete()
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource
  void aTaskLargerThanTheHeapIsRefusedWithBothSizes(Way way) {
    StepVerifier.create(way.results(sluice, Flux.just(quick("huge").out(slabs(9)))))
        .expectErrorSatisfies(
            error -> {
              Throwable refusal = way.goesOn() ? error.getCause() : error;
              assertThat(refusal)
                  .isInstanceOf(TaskTooLargeException.class)
                  .hasMessageContaining("9,216")
                  .hasMessageContaining("8,192")
                  .hasMessageContaining("heap(");
            })
        .verify(BOUND);
  }

  @Test
  void aWaitWithoutProgressIsAnErrorAfterTheAllocationTimeout() {
    useVirtualTime();
    HandPublisher<Task> tasks = new HandPublisher<>();
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> tasks.next(kernels.task("runs").out(slabs(8)).lastUse(), waiting()))
        .then(() -> kernels.awaitStarted("runs"))
        .then(() -> awaitNeeded(SLAB))
        .then(() -> pass(MOST_OF_IT))
        .then(() -> awaitNeeded(SLAB))
        .then(() -> pass(Duration.ofSeconds(1)))
        .expectErrorSatisfies(
            error -> {
              Diagnosis diagnosis = diagnosisOf(error);
              assertThat(diagnosis.reason()).isEqualTo(Reason.HEAP_FULL);
              assertThat(diagnosis.holder()).as("names who runs").contains("'runs'");
            })
        .verify(BOUND);
  }

  private Task waiting() {
    return kernels.task("waits").out(slabs(1));
  }

  /// Two scopes that run and one that waits for both.
  private Disposable aLargeClaimBehindTwoKernels() {
    useVirtualTime();
    HandPublisher<Publisher<Task>> scopes = new HandPublisher<>();
    Disposable run = sluice.submitScoped(scopes).subscribe(results::add, errors::add);
    scopes.next(
        Flux.just(kernels.task("a").out(slabs(4))),
        Flux.just(kernels.task("b").out(slabs(4))),
        Flux.just(kernels.task("large").out(slabs(8))));
    kernels.awaitStarted("a", "b");
    awaitNeeded(8 * SLAB);
    return run;
  }

  @Test
  void progressRestartsTheAllocationTimeout() {
    Disposable run = aLargeClaimBehindTwoKernels();
    pass(MOST_OF_IT);
    kernels.complete("a");
    assertThat(nameOf(next(results))).isEqualTo("a");
    pass(MOST_OF_IT);
    awaitNeeded(8 * SLAB);
    kernels.complete("b");
    kernels.awaitStarted("large");
    run.dispose();
  }

  @Test
  void theAllocationTimeoutEndsAWaitSoLongAfterTheLastProgress() {
    Disposable run = aLargeClaimBehindTwoKernels();
    pass(MOST_OF_IT);
    kernels.complete("a");
    assertThat(nameOf(next(results))).isEqualTo("a");
    pass(MOST_OF_IT);
    pass(Duration.ofSeconds(1));
    assertThat(next(errors)).isInstanceOf(AdmissionStalledException.class);
    run.dispose();
  }

  @Test
  void ownOpenResultsAreReportedButNoError() {
    useVirtualTime();
    EventWatch watch = new EventWatch(sluice);
    Disposable run =
        sluice
            .submitScoped(Flux.range(0, 9).map(i -> Flux.just(writing(i))).concatWith(Flux.never()))
            .subscribe(results::add);
    List<TaskResult> held = nextResults(8);
    awaitReason(Reason.RESULT_HELD);
    pass(TIMEOUT);
    pass(TIMEOUT);
    TaskEvent.Stalled stalled = watch.await(TaskEvent.Stalled.class);
    assertThat(stalled.diagnosis().reason()).isEqualTo(Reason.RESULT_HELD);
    assertThat(stalled.diagnosis().knob()).contains("close results");
    assertThat(watch.events(TaskEvent.Stalled.class)).hasSize(2);
    held.forEach(TaskResult::close);
    next(results).close();
    run.dispose();
    watch.close();
  }

  @Test
  void aStrangersOpenResultsCountAndTheErrorNamesItsRun() {
    useVirtualTime();
    Disposable stranger =
        sluice
            .submitScoped(Flux.range(0, 8).map(i -> Flux.just(writing(i))))
            .subscribe(results::add);
    List<TaskResult> held = nextResults(8);
    StepVerifier.create(sluice.submit(Flux.just(writing(1)), RuntimeTest::valueOf))
        .then(() -> awaitNeeded(SLAB))
        .then(() -> pass(TIMEOUT))
        .expectErrorSatisfies(
            error -> assertThat(diagnosisOf(error).holder()).contains("results").contains("run 1"))
        .verify(BOUND);
    held.forEach(TaskResult::close);
    stranger.dispose();
  }

  @Test
  void withoutAnAllocationTimeoutAWaitLastsAsLongAsItTakes() {
    use(builder().timers(time).noAllocationTimeout());
    HandPublisher<Publisher<Task>> scopes = new HandPublisher<>();
    StepVerifier.create(sluice.submitScoped(scopes).map(RuntimeTest::nameOf))
        .then(
            () ->
                scopes.next(
                    Flux.just(kernels.task("runs").out(slabs(8))),
                    Flux.just(quick("waits").out(slabs(1)))))
        .then(() -> kernels.awaitStarted("runs"))
        .then(() -> pass(Duration.ofDays(365)))
        .then(() -> kernels.complete("runs"))
        .expectNext("runs", "waits")
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void aReleaseAtTheDeadlineIsTriedOnceMore() {
    useVirtualTime();
    HandPublisher<Publisher<Task>> scopes = new HandPublisher<>();
    StepVerifier.create(sluice.submitScoped(scopes).map(RuntimeTest::nameOf))
        .then(
            () ->
                scopes.next(
                    Flux.just(kernels.task("runs").out(slabs(8))),
                    Flux.just(quick("waits").out(slabs(1)))))
        .then(() -> kernels.awaitStarted("runs"))
        .then(() -> pass(MOST_OF_IT))
        .then(() -> kernels.complete("runs"))
        .expectNext("runs")
        .then(() -> pass(Duration.ofSeconds(1)))
        .expectNext("waits")
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void disposingEndsAWaitWithItsOwnError() {
    HandPublisher<Task> tasks = new HandPublisher<>();
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> tasks.next(kernels.task("runs").out(slabs(8)), waiting()))
        .then(() -> kernels.awaitStarted("runs"))
        .then(sluice::dispose)
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
  }

  @Test
  void disposingEndsAProgramsWaitWithItsOwnError() {
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.merge(
                        program.submit(kernels.task("runs").out(slabs(8))),
                        program
                            .submit(waiting())
                            .doOnSubscribe(s -> kernels.awaitStarted("runs")))))
        .then(() -> kernels.awaitStarted("runs"))
        .then(sluice::dispose)
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
  }

  @Test
  void aDrainThatWaitsLongIsReported() {
    useVirtualTime();
    EventWatch watch = new EventWatch(sluice);
    Disposable run = sluice.submit(Flux.just(kernels.task("runs"))).subscribe();
    kernels.awaitStarted("runs");
    Disposable drain = sluice.drain().subscribe();
    var _ = settled();
    pass(TIMEOUT);
    Diagnosis diagnosis = watch.await(TaskEvent.Stalled.class).diagnosis();
    assertThat(diagnosis.reason()).isEqualTo(Reason.DRAIN_WAITS_FOR);
    assertThat(diagnosis.holder()).contains("run 1").contains("'runs'");
    drain.dispose();
    run.dispose();
    watch.close();
  }
}
