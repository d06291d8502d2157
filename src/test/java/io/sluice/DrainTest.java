package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.TensorUnavailableException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.test.ManualPublisher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

/// Waiting for quiescence.
class DrainTest extends RuntimeTest {
  private final ManualPublisher<Task> tasks = ManualPublisher.create();

  private DrainReport drained() {
    List<DrainReport> reports = new CopyOnWriteArrayList<>();
    StepVerifier.create(sluice.drain().doOnNext(reports::add))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    return reports.getFirst();
  }

  private void run(Task... some) {
    StepVerifier.create(sluice.submit(Flux.just(some)))
        .thenConsumeWhile(result -> true)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void anUnusedRuntimeDrainsAtOnceWithoutANewEpoch() {
    DrainReport nothing = new DrainReport(0, 0, 0, 0, 0, 0, 0, Duration.ZERO);
    assertThat(drained()).isEqualTo(nothing);
    assertThat(drained()).isEqualTo(nothing);
    run(quick("a"));
    assertThat(drained().epoch()).isZero();
    assertThat(drained().epoch()).isEqualTo(1);
    assertThat(drained().epoch()).isEqualTo(1);
  }

  @Test
  void idsStartFromZeroInTheNewEpoch() {
    for (int epoch = 0; epoch < 3; epoch++) {
      int expected = epoch;
      StepVerifier.create(sluice.submit(Flux.just(quick("a"), quick("b"))).map(TaskResult::taskId))
          .thenConsumeWhile(id -> id.epoch() == expected && id.sequence() < 2)
          .expectComplete()
          .verify(BOUND);
      assertThat(drained().epoch()).isEqualTo(epoch);
    }
  }

  @Test
  void theReportCountsWhatTheEpochCameTo() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    use(builder().timers(time));
    Tensor lost = slabs(2);
    Flux<Task> some =
        Flux.just(
            quick("a").out(slabs(1)),
            failing("bad", failure("no")).out(lost),
            quick("reader").in(lost),
            quick("huge").out(slabs(9)));
    StepVerifier.create(sluice.submitDelayError(some).map(RuntimeTest::nameOf))
        .expectNext("a")
        .expectError()
        .verify(BOUND);
    time.advanceTimeBy(Duration.ofSeconds(3));
    assertThat(drained())
        .isEqualTo(new DrainReport(0, 3, 2, 0, 1, 3 * SLAB, 3 * SLAB, Duration.ofSeconds(3)));
    assertThat(drained().taskCount()).isZero();
  }

  @Test
  void severalDrainsResolveInOneStep() {
    List<DrainReport> reports = new CopyOnWriteArrayList<>();
    Disposable run = sluice.submit(tasks).subscribe();
    Await.emitted(tasks, quick("a"));
    CountDownLatch drained = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      var _ = sluice.drain().subscribe(reports::add, error -> {}, drained::countDown);
    }
    var _ = settled();
    assertThat(reports).isEmpty();
    run.dispose();
    Await.reached(drained, "all drains");
    assertThat(reports).hasSize(3).containsOnly(reports.getFirst());
  }

  @Test
  void cancellingOneAffectsNoOther() {
    List<String> resolved = new CopyOnWriteArrayList<>();
    Disposable run = sluice.submit(tasks).subscribe();
    Await.emitted(tasks, kernels.task("a"));
    Disposable one = sluice.drain().subscribe(report -> resolved.add("one"));
    CountDownLatch drained = new CountDownLatch(1);
    var _ =
        sluice.drain().subscribe(report -> resolved.add("other"), error -> {}, drained::countDown);
    one.dispose();
    run.dispose();
    kernels.complete("a");
    Await.reached(drained, "the other drain");
    assertThat(resolved).containsExactly("other");
  }

  @Test
  void theOnlyOneCancelledResetsNothing() {
    Disposable run = sluice.submit(tasks).subscribe();
    Disposable drain = sluice.drain().subscribe();
    var _ = settled();
    drain.dispose();
    run.dispose();
    var _ = settled();
    assertThat(drained().epoch()).isZero();
  }

  @Test
  void oneIsCancelledThoughItsSubscribersContextThrows() {
    BaseSubscriber<DrainReport> waiting =
        new BaseSubscriber<>() {
          @Override
          public Context currentContext() {
            throw failure("no context");
          }
        };
    Disposable run = sluice.submit(tasks).subscribe();
    sluice.drain().subscribe((CoreSubscriber<DrainReport>) waiting);
    assertThatThrownBy(waiting::cancel).hasMessage("no context");
    run.dispose();
    var _ = settled();
    StepVerifier.create(sluice.submit(Flux.just(quick("a"))).map(TaskResult::taskId))
        .assertNext(id -> assertThat(id.epoch()).as("nobody waited, so nothing was reset").isZero())
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void itWaitsForAnOpenRunThoughNothingMoves() {
    Disposable run = sluice.submit(tasks).subscribe();
    Await.emitted(tasks, quick("a"));
    Await.until("the task's end", () -> !whyDrainWaits().contains("task"));
    Disposable drain = sluice.drain().subscribe();
    assertThat(whyDrainWaits()).contains("1 open run(s) (run 1)").doesNotContain("task");
    assertThat(drain.isDisposed()).isFalse();
    run.dispose();
    Await.until("the drain", drain::isDisposed);
  }

  private String whyDrainWaits() {
    var diagnosis = sluice.whyDrainWaits().block(BOUND);
    assertThat(diagnosis).isNotNull();
    assertThat(diagnosis.reason()).isEqualTo(Reason.DRAIN_WAITS_FOR);
    return diagnosis.sentence();
  }

  @Test
  void itSaysWhatItWaitsFor() {
    Tensor tensor = slabs(1);
    CountDownLatch delivered = new CountDownLatch(1);
    List<TaskResult> results = new CopyOnWriteArrayList<>();
    Disposable run =
        sluice
            .submit(tasks)
            .subscribe(
                result -> {
                  results.add(result);
                  delivered.countDown();
                });
    Await.emitted(tasks, quick("yields").out(tensor).yields(tensor));
    Await.reached(delivered, "the result");
    Await.emitted(tasks, kernels.task("sleeper"));
    kernels.awaitStarted("sleeper");
    assertThat(whyDrainWaits())
        .contains("run 1")
        .contains("'sleeper'")
        .contains("1 open result(s)")
        .contains("disposeGracefully");
    run.dispose();
    kernels.complete("sleeper");
    Await.until("the run's end", () -> !whyDrainWaits().contains("run 1"));
    assertThat(whyDrainWaits()).contains("1 open result(s)");
    results.getFirst().close();
    assertThat(drained().taskCount()).isEqualTo(2);
    assertThat(whyDrainWaits()).contains("nothing");
  }

  @Test
  void itMayBeSubscribedInsideOnComplete() {
    StepVerifier.create(
            Flux.range(0, 50)
                .concatMap(
                    i ->
                        sluice
                            .submit(Flux.just(writing(i)), RuntimeTest::valueOf)
                            .then(sluice.drain())))
        .thenConsumeWhile(report -> report.taskCount() == 1)
        .expectComplete()
        .verify(BOUND);
    assertThat(drained().epoch()).isEqualTo(50);
  }

  @Test
  void itMayBeSubscribedInsideOnNextOfAnotherRun() {
    CountDownLatch drained = new CountDownLatch(1);
    StepVerifier.create(sluice.submit(Flux.just(quick("a"))).doOnNext(result -> drainInto(drained)))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    Await.reached(drained, "the drain");
  }

  private void drainInto(CountDownLatch drained) {
    var _ = sluice.drain().subscribe(report -> drained.countDown());
  }

  @Test
  void itHoldsNobodyBack() {
    Disposable run = sluice.submit(tasks).subscribe();
    Disposable drain = sluice.drain().subscribe();
    run(quick("a"));
    StepVerifier.create(sluice.run(program -> program.submit(quick("b"))))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(drain.isDisposed()).isFalse();
    run.dispose();
    Await.until("the drain", drain::isDisposed);
  }

  @Test
  void aTensorThatItEndedSaysSo() {
    Tensor tensor = slabs(1);
    run(quick("write").out(tensor));
    assertThat(drained().epoch()).isZero();
    StepVerifier.create(sluice.submit(Flux.just(quick("read").in(tensor))))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOfSatisfying(
                        TensorUnavailableException.class,
                        unavailable ->
                            assertThat(unavailable.reason())
                                .isEqualTo(TensorUnavailableException.Reason.DRAINED))
                    .hasMessageContaining("epoch 0"))
        .verify(BOUND);
    run(quick("write").out(tensor), quick("read").in(tensor));
  }

  @Test
  void itIsToldAsAnEvent() {
    EventWatch watch = new EventWatch(sluice);
    run(quick("a"), quick("b"));
    assertThat(drained().taskCount()).isEqualTo(2);
    assertThat(watch.await(TaskEvent.Drained.class)).isEqualTo(new TaskEvent.Drained(0, 2));
    watch.close();
  }

  @Test
  void itIsAMonoThatAnswersEachSubscription() {
    Mono<DrainReport> drain = sluice.drain();
    run(quick("a"));
    StepVerifier.create(drain.map(DrainReport::epoch))
        .expectNext(0L)
        .expectComplete()
        .verify(BOUND);
    run(quick("a"));
    StepVerifier.create(drain.map(DrainReport::epoch))
        .expectNext(1L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void itWaitsForDemandWithoutHoldingTheResetBack() {
    run(quick("a"));
    StepVerifier.create(sluice.drain(), 0)
        .then(() -> Await.until("the reset", () -> sluice.figures().admittedCount() == 0))
        .thenRequest(1)
        .expectNextMatches(report -> report.taskCount() == 1)
        .expectComplete()
        .verify(BOUND);
  }
}
