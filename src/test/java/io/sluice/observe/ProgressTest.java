package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static reactor.core.publisher.Sinks.EmitFailureHandler.FAIL_FAST;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.error.ConfigurationException;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/// What is told of a phase, and how a bar shows it.
class ProgressTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final Sluice sluice =
      Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", 2).build();
  private final AtomicLong clock = new AtomicLong();
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);

  @AfterEach
  void dispose() {
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  private Progress phase(long total) {
    return new Progress(sluice, "work", total, clock::get);
  }

  private String shown() {
    return text.toString(StandardCharsets.UTF_8);
  }

  /// A scope holds its tasks' slabs until it ends, which may be at the end of the run.
  @Test
  void tasksCountWhenTheyEndAndNotWhenTheirBytesComeBack() {
    Progress progress = phase(0);
    Sinks.Many<Task> tasks = Sinks.many().unicast().onBackpressureBuffer();
    StepVerifier.create(sluice.submit(tasks.asFlux()))
        .then(
            () -> {
              for (int i = 0; i < 3; i++) {
                Tensor bytes = Tensor.of(DType.UINT8, 1_024);
                tasks.emitNext(Task.call("t", context -> {}).out(bytes), FAIL_FAST);
              }
            })
        .expectNextCount(3)
        .then(() -> StepVerifier.create(sluice.whyWaiting()).expectNextCount(1).verifyComplete())
        .then(() -> assertThat(progress.now().heapUsedBytes()).isEqualTo(3 * 1_024))
        .then(() -> assertThat(progress.now().taskCount()).isEqualTo(3))
        .then(() -> tasks.emitComplete(FAIL_FAST))
        .expectComplete()
        .verify(BOUND);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        IllegalStateException.class,
        AssertionError.class,
        LinkageError.class,
        StackOverflowError.class
      })
  void aNoteThatThrowsIsTheNoteAndThePhaseGoesOn(Class<? extends Throwable> kind) {
    Progress progress = phase(2);
    StepVerifier.create(progress.reports().map(ProgressReport::note))
        .then(() -> progress.step(() -> raise(made(kind))))
        .expectNext(made(kind).toString())
        .then(() -> progress.step(() -> "done"))
        .expectNext("done")
        .expectComplete()
        .verify(BOUND);
  }

  private static Throwable made(Class<? extends Throwable> kind) {
    try {
      return kind.getConstructor().newInstance();
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String raise(Throwable thrown) {
    switch (thrown) {
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      default -> throw new IllegalStateException(thrown);
    }
  }

  @Test
  void aNoteWithoutMemoryFailsItsStepAndNoneBehindIt() {
    Progress progress = phase(2);
    Supplier<String> note = () -> raise(new OutOfMemoryError("none left"));
    StepVerifier.create(progress.reports().map(ProgressReport::note))
        .then(
            () ->
                assertThatThrownBy(() -> progress.step(note)).isInstanceOf(OutOfMemoryError.class))
        .then(() -> progress.step(() -> "done"))
        .expectNext("done")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aSubscriberThatThrowsStopsNoOtherForGood() {
    Progress progress = phase(2);
    progress.reports().subscribe(new Rude(() -> new IllegalStateException("a rule is broken")));
    progress.step();
    StepVerifier.create(progress.reports().map(ProgressReport::finished))
        .then(progress::step)
        .thenConsumeWhile(report -> true)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void neitherAnErrorOfASubscriberNorOneAtTheEndFailsAStep() {
    Progress progress = phase(2);
    progress.reports().subscribe(new Rude(() -> new LinkageError("a rule is broken")));
    progress.step();
    progress.step();
    assertThat(progress.now().finished()).isTrue();
    StepVerifier.create(progress.reports()).expectComplete().verify(BOUND);
  }

  /// Throws from each report; an error at the end as well.
  private record Rude(Supplier<Throwable> thrown) implements CoreSubscriber<ProgressReport> {
    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ProgressReport report) {
      raise(thrown.get());
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {
      if (thrown.get() instanceof Error error) {
        throw error;
      }
    }
  }

  @Test
  void eachStepOfFewIsReportedAndTheLastOneEndsIt() {
    Progress progress = phase(3);
    StepVerifier.create(progress.reports().map(ProgressReport::stepCount))
        .then(progress::step)
        .then(progress::step)
        .then(progress::step)
        .expectNext(1L, 2L, 3L)
        .expectComplete()
        .verify(BOUND);
    assertThat(progress.now().finished()).isTrue();
    assertThat(progress.now().share()).isEqualTo(1);
  }

  @Test
  void ofManyStepsAThousandAreReported() {
    Progress progress = phase(1_000_000);
    StepVerifier.create(progress.reports().count())
        .then(() -> IntStream.range(0, 1_000_000).forEach(i -> progress.step()))
        .expectNext(1_001L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void withoutATotalTimeDecides() {
    Progress progress = phase(0);
    StepVerifier.create(progress.reports().map(ProgressReport::stepCount))
        .then(progress::step)
        .then(progress::step)
        .then(() -> clock.addAndGet(Duration.ofMillis(100).toNanos()))
        .then(progress::step)
        .then(progress::finish)
        .then(progress::finish)
        .expectNext(1L, 3L, 3L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void stepsOfManyThreadsAreAllCountedAndTheEndIsTold() throws InterruptedException {
    Progress progress = phase(40_000);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicLong last = new AtomicLong();
    var _ =
        progress
            .reports()
            .doOnNext(report -> last.set(report.stepCount()))
            .doOnComplete(ended::countDown)
            .subscribe();
    for (int i = 0; i < 4; i++) {
      Thread.ofPlatform().start(() -> IntStream.range(0, 10_000).forEach(j -> progress.step()));
    }
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(last.get()).isEqualTo(40_000);
  }

  @Test
  void aSubscriberMayEndThePhaseFromItsReport() {
    Progress progress = phase(5);
    StepVerifier.create(
            progress
                .reports()
                .doOnNext(
                    report -> {
                      if (!report.finished()) {
                        progress.finish();
                      }
                    })
                .map(ProgressReport::finished))
        .then(progress::step)
        .expectNext(false, true)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void theTasksThatEndedMeanwhileAreCounted() {
    runTasks(3);
    Progress progress = phase(5);
    runTasks(5);
    clock.set(Duration.ofSeconds(2).toNanos());
    assertThat(progress.now().taskCount()).isEqualTo(5);
    assertThat(progress.now().tasksPerSecond()).isEqualTo(2.5);
  }

  @Test
  void aDrainMeanwhileTakesNothingFromThem() {
    runTasks(2);
    Progress progress = phase(0);
    runTasks(3);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    runTasks(4);
    assertThat(progress.now().taskCount()).isEqualTo(7);
  }

  private void runTasks(int count) {
    StepVerifier.create(sluice.submit(Flux.range(0, count).map(i -> Task.call("t", context -> {}))))
        .expectNextCount(count)
        .expectComplete()
        .verify(BOUND);
    // An answer from the scheduler: its figures are as new.
    StepVerifier.create(sluice.whyWaiting()).expectNextCount(1).expectComplete().verify(BOUND);
  }

  @Test
  void theRestIsReckonedFromThePaceSoFar() {
    Progress progress = phase(4);
    progress.step();
    clock.set(Duration.ofSeconds(1).toNanos());
    assertThat(progress.now().remaining()).isEqualTo(Duration.ofSeconds(3));
    assertThat(phase(0).now().remaining()).isZero();
  }

  @Test
  void aBarInALogHasALineForEachQuarter() {
    Progress progress = phase(100);
    ProgressBar.on(out, false).follow(progress);
    IntStream.range(0, 100).forEach(i -> progress.step(() -> "step " + i));
    assertThat(shown().lines())
        .hasSize(4)
        .allMatch(line -> line.startsWith("work   [#") && line.contains("heap 0.0 of 1.0 MiB"));
    assertThat(shown())
        .contains("[######------------------]  25 %  step 24")
        .contains("[########################] 100 %  step 99");
    assertThat(shown()).doesNotContain("\r").doesNotContain("\u001b");
  }

  @Test
  void aBarOnATerminalRedrawsItsLine() {
    Progress progress = phase(1_000);
    ProgressBar.on(out, true).follow(progress);
    IntStream.range(0, 1_000).forEach(i -> progress.step());
    assertThat(shown()).startsWith("\r\u001b[Kwork").endsWith("\n");
    assertThat(shown().lines().toList()).last().asString().contains("100 %");
  }

  @Test
  void aBarWithoutATotalCounts() {
    Progress progress = phase(0);
    ProgressBar.on(out, false).follow(progress);
    progress.step();
    progress.step();
    progress.finish();
    assertThat(shown()).startsWith("work   2 done  heap");
  }

  @Test
  void aNegativeTotalIsRefused() {
    assertThatThrownBy(() -> Progress.of(sluice, "work", -1))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("progress.totalCount must not be negative, was -1; use 0");
  }
}
