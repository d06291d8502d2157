package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.RuntimeDisposedException;
import io.sluice.runtime.LogCapture;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.test.ManualPublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/// The end of a runtime.
class DisposeTest extends RuntimeTest {
  private final ManualPublisher<Task> tasks = ManualPublisher.create();

  @Test
  void closingTwiceIsHarmless() {
    assertThat(sluice.isDisposed()).isFalse();
    sluice.close();
    sluice.dispose();
    sluice.close();
    assertThat(sluice.isDisposed()).isTrue();
  }

  /// Not even if what it throws can't be printed.
  @Test
  void aSubscriberThatThrowsKeepsTheEndFromNoOtherRun() {
    BrokenSubscriber broken = new BrokenSubscriber("onError", new HostileCodeTest.Mute());
    sluice.submit(Flux.<Task>never()).subscribe(broken);
    sluice.run(program -> Flux.never()).subscribe(broken);
    StepVerifier.create(sluice.submit(Flux.<Task>never()))
        .then(sluice::dispose)
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
  }

  @Test
  void disposingFromManyThreadsAtOnceDisposesOnce() {
    List<Thread> threads =
        IntStream.range(0, 8).mapToObj(i -> Thread.ofPlatform().unstarted(sluice::close)).toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      join(thread);
    }
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  private static void join(Thread thread) {
    try {
      assertThat(thread.join(BOUND)).as("%s has ended", thread).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void itReturnsWhileAKernelRunsAndFailsTheRunAtOnce() {
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> Await.emitted(tasks, kernels.task("runs")))
        .then(() -> kernels.awaitStarted("runs"))
        .then(sluice::dispose)
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
    assertThat(sluice.figures().runningCount()).isEqualTo(1);
    tasks.awaitCancelled();
  }

  @Test
  void theBytesGoWhenTheLastKernelHasReturned() {
    CountDownLatch gone = new CountDownLatch(1);
    Disposable run = sluice.submit(tasks).onErrorComplete().subscribe();
    Await.emitted(tasks, kernels.task("runs").out(slabs(1)));
    kernels.awaitStarted("runs");
    sluice.dispose();
    var _ = sluice.disposeGracefully(BOUND).subscribe(null, null, gone::countDown);
    assertThat(settled()).isNotNull();
    assertThat(gone.getCount()).as("still there").isEqualTo(1);
    kernels.complete("runs");
    Await.reached(gone, "the end");
    run.dispose();
  }

  @ParameterizedTest
  @EnumSource
  void aRunBehindItIsRefused(Way way) {
    sluice.dispose();
    StepVerifier.create(way.results(sluice, tasks))
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
    StepVerifier.create(sluice.run(program -> Mono.just(1)))
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
    assertThat(tasks.requested()).isZero();
  }

  @Test
  void aProgramIsFailedWithAllItsCalls() {
    List<Throwable> callErrors = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            sluice.run(
                program -> {
                  var _ =
                      program.submit(kernels.task("runs")).subscribe(result -> {}, callErrors::add);
                  return Mono.never();
                }))
        .then(() -> kernels.awaitStarted("runs"))
        .then(sluice::dispose)
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
    Await.until("the call's error", () -> callErrors.size() == 1);
    assertThat(callErrors.getFirst()).isInstanceOf(RuntimeDisposedException.class);
  }

  @Test
  void queuedResultsAreClosed() {
    List<TaskResult> discarded = new CopyOnWriteArrayList<>();
    StepVerifier.create(sluice.submit(tasks).doOnDiscard(TaskResult.class, discarded::add), 0)
        .then(() -> Await.emitted(tasks, writing(1)))
        .then(() -> Await.until("the result", () -> settled().holder().startsWith("1 result")))
        .then(sluice::dispose)
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
    assertThat(discarded).singleElement().matches(TaskResult::isClosed);
  }

  @Test
  void itMayBeCalledFromInsideOnNext() {
    StepVerifier.create(
            sluice
                .submit(Flux.just(quick("a")).concatWith(Flux.never()))
                .doOnNext(result -> sluice.dispose()))
        .expectNextCount(1)
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
  }

  @Test
  void itMayBeCalledFromInsideAKernel() {
    StepVerifier.create(sluice.submit(Flux.just(Task.call("a", context -> sluice.dispose()))))
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  @Test
  void gracefullyItTakesNoMoreRunsAndWaitsForThoseThatAreOpen() {
    StepVerifier.create(sluice.submit(tasks).map(RuntimeTest::nameOf))
        .then(() -> Await.emitted(tasks, kernels.task("a")))
        .then(() -> kernels.awaitStarted("a"))
        .then(this::beginToDispose)
        .then(
            () ->
                StepVerifier.create(sluice.submit(Flux.just(quick("late"))))
                    .expectError(RuntimeDisposedException.class)
                    .verify(BOUND))
        .then(() -> Await.emitted(tasks, quick("b")))
        .expectNext("b")
        .then(() -> kernels.complete("a"))
        .expectNext("a")
        .then(() -> assertThat(sluice.isDisposed()).isFalse())
        .then(tasks::complete)
        .expectComplete()
        .verify(BOUND);
    Await.until("the disposal", sluice::isDisposed);
  }

  private void beginToDispose() {
    var _ = sluice.disposeGracefully(BOUND).subscribe();
  }

  @Test
  void cancellingAGracefulEndDisposesOfNothingButNoRunIsTakenAnyMore() {
    Disposable run = sluice.submit(tasks).subscribe();
    sluice.disposeGracefully(BOUND).subscribe().dispose();
    assertThat(sluice.isDisposed()).isFalse();
    StepVerifier.create(sluice.submit(Flux.just(quick("late"))))
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
    run.dispose();
  }

  @Test
  void gracefullyItForcesTheEndAfterSoLong() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    use(builder().timers(time));
    CountDownLatch gone = new CountDownLatch(1);
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> Await.emitted(tasks, kernels.task("a")))
        .then(() -> kernels.awaitStarted("a"))
        .then(
            () -> {
              var _ =
                  sluice
                      .disposeGracefully(Duration.ofSeconds(5))
                      .subscribe(null, null, gone::countDown);
            })
        .then(() -> time.advanceTimeBy(Duration.ofSeconds(4)))
        .then(() -> assertThat(sluice.isDisposed()).isFalse())
        .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
    assertThat(gone.getCount()).as("a kernel still runs").isEqualTo(1);
    kernels.complete("a");
    Await.reached(gone, "the end");
  }

  @Test
  void gracefullyBehindADisposalItResolvesAsWell() {
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  @Test
  void gracefullyItResolvesThoughAResultStaysOpenIfItIsDisposedMeanwhile() {
    AtomicReference<TaskResult> open = new AtomicReference<>();
    StepVerifier.create(sluice.submit(Flux.just(writing(1))).doOnNext(open::set))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.disposeGracefully(Duration.ofDays(1)))
        .then(sluice::dispose)
        .expectComplete()
        .verify(BOUND);
    open.get().close();
  }

  @Test
  void itLeavesNoThreadsAndNoFiles() throws IOException {
    List<String> before = threads();
    List<String> filesBefore = mappedFiles();
    use(
        Sluice.builder()
            .threads("compute", 2)
            .virtualThreads("virtual", 2)
            .blockingThreads("blocking", 2));
    StepVerifier.create(
            sluice.submit(
                Flux.range(0, 100)
                    .map(i -> quick("t").on(List.of("compute", "virtual", "blocking").get(i % 3)))
                    .concatWith(Flux.just(writing(1)))))
        .thenConsumeWhile(
            result -> {
              result.close();
              return true;
            })
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
    Await.until("the threads' end", () -> before.containsAll(threads()));
    assertThat(filesBefore).containsAll(mappedFiles());
    assertThat(sharedMemoryFiles()).noneMatch(name -> name.contains("sluice"));
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sluice-"))
        .toList();
  }

  private static List<String> mappedFiles() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.exists(maps)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(maps)) {
      return lines.filter(line -> line.contains("sluice")).toList();
    }
  }

  private static List<String> sharedMemoryFiles() throws IOException {
    Path directory = Path.of("/dev/shm");
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(Path::toString).toList();
    }
  }

  @Test
  void aThousandRuntimesMayBeMadeAndDisposedOf() {
    for (int i = 0; i < 1_000; i++) {
      try (Sluice next = builder().build()) {
        assertThat(next.isDisposed()).isFalse();
      }
    }
  }

  @Test
  void itEndsRunsThatAreOpenedWhileItGoes() throws InterruptedException {
    for (int round = 0; round < 50; round++) {
      use(builder());
      CountDownLatch ended = new CountDownLatch(4);
      for (int i = 0; i < 4; i++) {
        Thread.ofVirtual().start(() -> submitUntilRefused(ended));
      }
      sluice.dispose();
      assertThat(ended.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
      StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
    }
  }

  private void submitUntilRefused(CountDownLatch ended) {
    var _ =
        sluice
            .submit(Flux.just(quick("a")))
            .repeat()
            .subscribe(result -> {}, error -> ended.countDown());
  }

  @Test
  void timersThatCannotBeCancelledKeepNoRuntimeFromItsEnd() {
    use(builder().timers(new UncancellableTimers()).allocationTimeout(Duration.ofHours(1)));
    try (LogCapture log = LogCapture.start()) {
      Disposable holder = sluice.submit(Flux.just(kernels.task("holds").out(slabs(8)))).subscribe();
      kernels.awaitStarted("holds");
      StepVerifier.create(sluice.submit(Flux.just(quick("waits").out(slabs(1)))))
          .then(this::settled)
          .then(sluice::dispose)
          .expectError(RuntimeDisposedException.class)
          .verify(BOUND);
      kernels.complete("holds");
      StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
      assertThat(log.text()).contains("ending the timers of a runtime threw");
      assertThat(holder.isDisposed()).isTrue();
    }
    use(builder());
  }

  /// Timers that run for long can't be cancelled.
  private static final class UncancellableTimers implements Scheduler {
    @Override
    public Disposable schedule(Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      return unit.toMinutes(delay) > 1 ? this::refuse : Disposables.never();
    }

    private void refuse() {
      throw failure("a timer that can't be cancelled");
    }

    @Override
    public Worker createWorker() {
      throw new UnsupportedOperationException();
    }
  }
}
