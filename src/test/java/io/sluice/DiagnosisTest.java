package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.error.Diagnosis;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import io.sluice.task.UserTensor;
import io.sluice.test.ManualPublisher;
import io.sluice.test.TestSluice;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/// Why nothing moves: each reason that a running program can bring about, with holder and knob.
class DiagnosisTest extends RuntimeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private Diagnosis untilReason(Reason reason) {
    Await.until("the reason " + reason, () -> settled().reason() == reason);
    return settled();
  }

  private Flux<Flux<Task>> scopes(int count) {
    return Flux.range(0, count).map(i -> Flux.just(writing(i)));
  }

  @Test
  void nothingWaitsOnAnUnusedRuntime() {
    assertThat(settled().reason()).isEqualTo(Reason.NOTHING_WAITS);
  }

  @Test
  void aPublisherThatSendsNothingIsNamed() {
    Disposable run = sluice.submit(Flux.never()).subscribe();
    assertThat(settled().reason()).isEqualTo(Reason.SOURCE_IDLE);
    run.dispose();
  }

  @Test
  void kernelsThatRunAreNoStandstill() {
    Disposable run = sluice.submit(Flux.just(kernels.task("runs"))).subscribe();
    kernels.awaitStarted("runs");
    assertThat(settled().reason()).isEqualTo(Reason.MOVING);
    run.dispose();
  }

  @Test
  void readyTasksWithoutAnIdleWorkerAreCounted() {
    Disposable run = sluice.submit(Flux.range(0, 6).map(i -> kernels.task("k" + i))).subscribe();
    Diagnosis told = untilReason(Reason.NO_IDLE_WORKER);
    assertThat(told.holder()).contains("2 ready task(s)", "4 member(s) run");
    assertThat(told.knob()).contains("more workers");
    run.dispose();
  }

  @Test
  void aWriterBehindAnOpenResultWaitsForItsProducer() {
    UserTensor mine = sluice.tensor(DType.UINT8, 4);
    BlockingQueue<TaskResult> results = new LinkedBlockingQueue<>();
    Disposable run =
        sluice
            .submit(
                Flux.just(quick("reads").in(mine).yields(mine), quick("writes").inout(mine))
                    .concatWith(Flux.never()))
            .subscribe(results::add);
    Diagnosis told = untilReason(Reason.WAITING_FOR_PRODUCER);
    assertThat(told.knob()).contains("close results");
    results.remove().close();
    run.dispose();
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    mine.close();
  }

  /// The heap is as full in both, but the remedy is another one.
  @Test
  void aSlowSubscriberIsToldApartFromAFullHeap() {
    StepVerifier.create(sluice.submitScoped(scopes(9), RuntimeTest::valueOf), 0)
        .then(
            () -> {
              Diagnosis told = untilReason(Reason.SUBSCRIBER_SLOW);
              assertThat(told.neededBytes()).as("and a claim waits").isEqualTo(SLAB);
              assertThat(told.freeBytes()).isZero();
              assertThat(told.sentence()).contains("results", "run 1", "request more");
            })
        .thenRequest(Long.MAX_VALUE)
        .expectNextCount(9)
        .expectComplete()
        .verify(BOUND);
    Disposable run =
        sluice
            .submitScoped(
                Flux.just(Flux.just(kernels.task("runs").out(slabs(8))), Flux.just(writing(1))))
            .subscribe(TaskResult::close);
    Diagnosis told = untilReason(Reason.HEAP_FULL);
    assertThat(told.holder()).contains("tasks that have not ended", "'runs'");
    assertThat(told.knob()).contains("heap(");
    run.dispose();
  }

  @Test
  void aSubscriberWithoutDemandIsSlowAlsoWhereTheHeapHasRoom() {
    StepVerifier.create(sluice.submit(Flux.just(quick("a"), quick("b"))), 0)
        .then(
            () -> {
              Diagnosis told = untilReason(Reason.SUBSCRIBER_SLOW);
              assertThat(told.holder()).contains("of run 1");
            })
        .thenRequest(2)
        .expectNextCount(2)
        .expectComplete()
        .verify(BOUND);
  }

  /// The worker that delivers is inside onNext: nothing runs, though a task is ready.
  @Test
  void aSubscriberThatBlocksHoldsItsWorkerAndTheDiagnosisSaysSo() {
    use(Sluice.builder().heap(DataSize.kibibytes(8)).blockingThreads("solo", 1));
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    Disposable run =
        sluice
            .submit(Flux.just(quick("a"), quick("b"), quick("c")))
            .subscribe(result -> block(inside, mayReturn));
    Await.reached(inside, "onNext");
    Diagnosis told = untilReason(Reason.SUBSCRIBER_BLOCKS);
    assertThat(told.holder()).contains("subscriber or reader of run 1", "solo");
    assertThat(told.knob()).contains("publishOn");
    mayReturn.countDown();
    run.dispose();
  }

  @Test
  void aReaderThatBlocksIsRecognisedToo() {
    use(Sluice.builder().heap(DataSize.kibibytes(8)).blockingThreads("solo", 1));
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    Disposable run =
        sluice
            .submit(
                Flux.just(writing(1)),
                result -> {
                  block(inside, mayReturn);
                  return valueOf(result);
                })
            .subscribe();
    Await.reached(inside, "the reader");
    assertThat(untilReason(Reason.SUBSCRIBER_BLOCKS).holder()).contains("run 1", "solo");
    mayReturn.countDown();
    run.dispose();
  }

  @Test
  void aProgramThatBlocksBehindOneOfItsResultsIsRecognised() {
    use(Sluice.builder().heap(DataSize.kibibytes(8)).blockingThreads("solo", 1));
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    Disposable run =
        sluice
            .run(
                program ->
                    program
                        .submit(writing(1), RuntimeTest::valueOf)
                        .doOnNext(value -> block(inside, mayReturn)))
            .subscribe();
    Await.reached(inside, "the continuation");
    Diagnosis told = untilReason(Reason.SUBSCRIBER_BLOCKS);
    assertThat(told.holder()).contains("the program of run 1", "solo");
    assertThat(told.knob()).contains("publishOn", "Orchestrator.submit");
    mayReturn.countDown();
    Await.until("the end", () -> settled().reason() == Reason.NOTHING_WAITS);
    run.dispose();
  }

  /// Another result of the same program comes and goes meanwhile.
  @Test
  void aProgramThatBlocksInItsFunctionIsRecognisedToo() {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    CountDownLatch other = new CountDownLatch(1);
    Thread caller =
        new Thread(
            () -> {
              var _ =
                  sluice
                      .run(
                          program -> {
                            var _ =
                                program.submit(quick("a")).subscribe(result -> other.countDown());
                            block(inside, mayReturn);
                            return Flux.empty();
                          })
                      .subscribe();
            },
            "caller");
    caller.start();
    Await.reached(inside, "the program");
    Await.reached(other, "a result");
    assertThat(untilReason(Reason.SUBSCRIBER_BLOCKS).holder()).contains("run 1", "caller");
    mayReturn.countDown();
    Await.until("the end", () -> settled().reason() == Reason.NOTHING_WAITS);
  }

  private static void block(CountDownLatch inside, CountDownLatch mayReturn) {
    inside.countDown();
    try {
      assertThat(mayReturn.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A large claim was passed 64 times, and has bytes kept for it. One that has waited for longer, but
  /// for its own run's limit, could have them.
  @Test
  void bytesKeptForAnotherClaimAreNamed() {
    try (TestSluice test = TestSluice.of(builder())) {
      Flux<Flux<Task>> limited =
          Flux.just(
              Flux.just(quick("first").out(slabs(2))), Flux.just(quick("second").out(slabs(1))));
      var _ =
          test.sluice()
              .with(run -> run.heapLimit(DataSize.kibibytes(2)))
              .submitScoped(limited)
              .subscribe();
      var _ = test.sluice().submit(Flux.just(quick("large").out(slabs(8)))).subscribe();
      passedBySmallOnes(test, 64);
      test.workers().complete("first");
      Diagnosis told = test.whyWaiting();
      assertThat(told.reason()).isEqualTo(Reason.RESERVED);
      assertThat(told.neededBytes()).isEqualTo(SLAB);
      assertThat(told.largestFreeRunBytes()).isGreaterThanOrEqualTo(SLAB);
      assertThat(told.sentence()).contains("(RESERVED)");
      test.workers().runAll();
    }
  }

  /// One of them always runs.
  private static void passedBySmallOnes(TestSluice test, int count) {
    ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
    var _ = test.sluice().submitScoped(scopes).subscribe();
    for (int i = 0; i < count; i++) {
      scopes.next(Flux.just(quick("small " + i).out(slabs(1))));
      if (i > 0) {
        test.workers().complete("small " + (i - 1));
      }
    }
    scopes.complete();
  }

  @Test
  void aRunsOwnLimitIsNamedThoughTheHeapHasRoom() {
    Disposable run =
        sluice
            .with(options -> options.name("small").heapLimit(DataSize.kibibytes(2)))
            .submitScoped(
                Flux.just(Flux.just(kernels.task("runs").out(slabs(2))), Flux.just(writing(1))))
            .subscribe(TaskResult::close);
    Diagnosis told = untilReason(Reason.RUN_LIMIT);
    assertThat(told.sentence()).contains("'small'", "its limit of 2,048", "heapLimit(");
    assertThat(told.freeBytes()).isEqualTo(6 * SLAB);
    kernels.complete("runs");
    Await.until("the end", () -> settled().reason() == Reason.NOTHING_WAITS);
    run.dispose();
  }

  @Test
  void aStandstillIsAnEventOnceInEachAllocationTimeout() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    use(builder().timers(time).allocationTimeout(TIMEOUT));
    EventWatch watch = new EventWatch(sluice);
    StepVerifier.create(sluice.submit(Flux.just(quick("a"))), 0)
        .then(() -> untilReason(Reason.SUBSCRIBER_SLOW))
        .then(
            () -> {
              for (int i = 0; i < 3; i++) {
                time.advanceTimeBy(TIMEOUT);
                var _ = settled();
              }
              TaskEvent.Stalled told =
                  watch.await(
                      TaskEvent.Stalled.class,
                      event -> event.diagnosis().reason() == Reason.SUBSCRIBER_SLOW,
                      "the event of a standstill");
              assertThat(told.diagnosis().knob()).contains("request more");
              assertThat(watch.events(TaskEvent.Stalled.class)).hasSizeBetween(2, 3);
            })
        .thenRequest(1)
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    watch.close();
  }
}
