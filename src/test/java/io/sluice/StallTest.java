package io.sluice;

import static io.sluice.RuntimeTest.nameOf;
import static io.sluice.RuntimeTest.quick;
import static io.sluice.RuntimeTest.slabs;
import static io.sluice.RuntimeTest.writing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.AdmissionStalledException;
import io.sluice.error.Diagnosis;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.error.TaskTooLargeException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import io.sluice.test.ManualPublisher;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Waits for bytes that are hopeless, or too long.
class StallTest extends ManualRuntimeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MOST_OF_IT = Duration.ofSeconds(9);

  private final ArrayDeque<TaskResult> results = new ArrayDeque<>();
  private final ArrayDeque<Throwable> errors = new ArrayDeque<>();

  private void useTimeout() {
    use(builder().allocationTimeout(TIMEOUT));
  }

  private void pass(Duration duration) {
    test.time().advanceBy(duration);
  }

  private void assertNeeded(long bytes) {
    assertThat(whyWaiting().neededBytes()).isEqualTo(bytes);
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
        .then(workers::runAll)
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
    assertThat(test.drain().refusedCount()).isEqualTo(1);
  }

  @Test
  void aRunThatGoesOnSkipsTheHopelessClaim() {
    Flux<Task> tasks =
        Flux.just(quick("a").out(slabs(6)), quick("b").out(slabs(4)), quick("c").out(slabs(2)));
    StepVerifier.create(sluice.submitDelayError(tasks).map(RuntimeTest::nameOf))
        .then(workers::runAll)
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
        .then(workers::runAll)
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
    useTimeout();
    ManualPublisher<Task> tasks = ManualPublisher.create();
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> tasks.next(quick("runs").out(slabs(8)).lastUse(), waiting()))
        .then(() -> assertNeeded(SLAB))
        .then(() -> pass(MOST_OF_IT))
        .then(() -> assertNeeded(SLAB))
        .then(() -> pass(Duration.ofSeconds(1)))
        .expectErrorSatisfies(
            error -> {
              Diagnosis diagnosis = diagnosisOf(error);
              assertThat(diagnosis.reason()).isEqualTo(Reason.HEAP_FULL);
              assertThat(diagnosis.holder()).as("names who runs").contains("'runs'");
            })
        .verify(BOUND);
  }

  private List<TaskResult> takeResults() {
    List<TaskResult> taken = List.copyOf(results);
    results.clear();
    return taken;
  }

  private static Task waiting() {
    return quick("waits").out(slabs(1));
  }

  /// Two scopes that run and one that waits for both.
  private Disposable aLargeClaimBehindTwoKernels() {
    useTimeout();
    ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
    Disposable run = sluice.submitScoped(scopes).subscribe(results::add, errors::add);
    scopes.next(
        Flux.just(quick("a").out(slabs(4))),
        Flux.just(quick("b").out(slabs(4))),
        Flux.just(quick("large").out(slabs(8))));
    assertNeeded(8 * SLAB);
    return run;
  }

  @Test
  void progressRestartsTheAllocationTimeout() {
    Disposable run = aLargeClaimBehindTwoKernels();
    pass(MOST_OF_IT);
    workers.complete("a");
    assertThat(nameOf(results.remove())).isEqualTo("a");
    pass(MOST_OF_IT);
    assertNeeded(8 * SLAB);
    workers.complete("b");
    assertThat(workers.isRunning("large")).isTrue();
    run.dispose();
  }

  @Test
  void theAllocationTimeoutEndsAWaitSoLongAfterTheLastProgress() {
    Disposable run = aLargeClaimBehindTwoKernels();
    pass(MOST_OF_IT);
    workers.complete("a");
    assertThat(nameOf(results.remove())).isEqualTo("a");
    pass(MOST_OF_IT);
    pass(Duration.ofSeconds(1));
    assertThat(errors.remove()).isInstanceOf(AdmissionStalledException.class);
    run.dispose();
  }

  @Test
  void ownOpenResultsAreReportedButNoError() {
    useTimeout();
    Disposable run =
        sluice
            .submitScoped(Flux.range(0, 9).map(i -> Flux.just(writing(i))).concatWith(Flux.never()))
            .subscribe(results::add);
    workers.runAll();
    List<TaskResult> held = takeResults();
    assertThat(whyWaiting().reason()).isEqualTo(Reason.RESULT_HELD);
    pass(TIMEOUT);
    pass(TIMEOUT);
    TaskEvent.Stalled stalled = test.events(TaskEvent.Stalled.class).getFirst();
    assertThat(stalled.diagnosis().reason()).isEqualTo(Reason.RESULT_HELD);
    assertThat(stalled.diagnosis().knob()).contains("close results");
    assertThat(test.events(TaskEvent.Stalled.class)).hasSize(2);
    held.forEach(TaskResult::close);
    workers.runAll();
    results.remove().close();
    run.dispose();
  }

  @Test
  void aStrangersOpenResultsCountAndTheErrorNamesItsRun() {
    useTimeout();
    Disposable stranger =
        sluice
            .submitScoped(Flux.range(0, 8).map(i -> Flux.just(writing(i))))
            .subscribe(results::add);
    workers.runAll();
    List<TaskResult> held = takeResults();
    StepVerifier.create(sluice.submit(Flux.just(writing(1)), RuntimeTest::valueOf))
        .then(() -> assertNeeded(SLAB))
        .then(() -> pass(TIMEOUT))
        .expectErrorSatisfies(
            error -> assertThat(diagnosisOf(error).holder()).contains("results").contains("run 1"))
        .verify(BOUND);
    held.forEach(TaskResult::close);
    stranger.dispose();
  }

  @Test
  void withoutAnAllocationTimeoutAWaitLastsAsLongAsItTakes() {
    use(builder().noAllocationTimeout());
    ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
    StepVerifier.create(sluice.submitScoped(scopes).map(RuntimeTest::nameOf))
        .then(
            () ->
                scopes.next(
                    Flux.just(quick("runs").out(slabs(8))),
                    Flux.just(quick("waits").out(slabs(1)))))
        .then(() -> pass(Duration.ofDays(365)))
        .then(() -> workers.complete("runs"))
        .then(() -> workers.complete("waits"))
        .expectNext("runs", "waits")
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void aReleaseAtTheDeadlineIsTriedOnceMore() {
    useTimeout();
    ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
    StepVerifier.create(sluice.submitScoped(scopes).map(RuntimeTest::nameOf))
        .then(
            () ->
                scopes.next(
                    Flux.just(quick("runs").out(slabs(8))),
                    Flux.just(quick("waits").out(slabs(1)))))
        .then(() -> pass(MOST_OF_IT))
        .then(() -> workers.complete("runs"))
        .expectNext("runs")
        .then(() -> pass(Duration.ofSeconds(1)))
        .then(() -> workers.complete("waits"))
        .expectNext("waits")
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void disposingEndsAWaitWithItsOwnError() {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> tasks.next(quick("runs").out(slabs(8)), waiting()))
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
                        program.submit(quick("runs").out(slabs(8))), program.submit(waiting()))))
        .then(sluice::dispose)
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
  }

  @Test
  void aDrainThatWaitsLongIsReported() {
    useTimeout();
    Disposable run = sluice.submit(Flux.just(quick("runs"))).subscribe();
    Disposable drain = sluice.drain().subscribe();
    pass(TIMEOUT);
    Diagnosis diagnosis = test.events(TaskEvent.Stalled.class).getFirst().diagnosis();
    assertThat(diagnosis.reason()).isEqualTo(Reason.DRAIN_WAITS_FOR);
    assertThat(diagnosis.holder()).contains("run 1").contains("'runs'");
    drain.dispose();
    run.dispose();
  }
}
