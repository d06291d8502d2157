package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Cancelling at each boundary: no further task starts, upstream is cancelled, and all bytes come
/// back. That nothing is left is checked behind each test.
class CancelTest extends RuntimeTest {

  @ParameterizedTest
  @EnumSource
  void insideOnSubscribeNothingBegins(Way way) {
    HandPublisher<Task> tasks = new HandPublisher<>();
    way.results(sluice, tasks)
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnSubscribe(Subscription subscription) {
                subscription.cancel();
              }
            });
    var _ = settled();
    assertThat(tasks.requested()).isZero();
    assertThat(sluice.figures().admittedCount()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void beforeAnyRequestTheQueuedResultsAreClosed(Way way) {
    List<TaskResult> discarded = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            way.results(sluice, Flux.just(writing(1), writing(2)).concatWith(Flux.never()))
                .doOnDiscard(TaskResult.class, discarded::add),
            0)
        .then(() -> Await.until("two results", () -> sluice.figures().runningCount() == 0))
        .then(() -> Await.until("two results", () -> sluice.figures().admittedCount() == 2))
        .thenCancel()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(discarded).allMatch(TaskResult::isClosed);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void atAnyResultTheRestIsDropped(int taken) {
    Flux<Task> tasks = Flux.range(0, 5).map(RuntimeTest::writing);
    List<Integer> seen = new CopyOnWriteArrayList<>();
    sluice
        .submit(tasks, RuntimeTest::valueOf)
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnNext(Integer value) {
                seen.add(value);
                if (seen.size() == taken) {
                  cancel();
                }
              }
            });
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(seen).hasSize(taken);
    assertNothingIsHeld();
  }

  @ParameterizedTest
  @EnumSource
  void fromInsideOnNextNoFurtherResultComes(Way way) {
    Flux<Task> tasks = Flux.range(0, 100).map(i -> quick("t" + i));
    StepVerifier.create(way.results(sluice, tasks).take(3))
        .expectNextCount(3)
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
  }

  @Test
  void whileATaskWaitsForBytesItIsNeverAdmitted() {
    HandPublisher<Task> tasks = new HandPublisher<>();
    Disposable run = sluice.submit(tasks).subscribe();
    tasks.next(kernels.task("a").out(slabs(8)), kernels.task("b").out(slabs(1)));
    kernels.awaitStarted("a");
    awaitNeeded(SLAB);
    run.dispose();
    tasks.awaitCancelled();
    kernels.complete("a");
    StepVerifier.create(sluice.drain())
        .assertNext(report -> assertThat(report.taskCount()).isEqualTo(1))
        .expectComplete()
        .verify(BOUND);
    assertThat(kernels.hasStarted("b")).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void whileAKernelRunsItIsAskedToStopAndItsResultIsDropped(Way way) {
    List<TaskResult> results = new CopyOnWriteArrayList<>();
    HandPublisher<Task> tasks = new HandPublisher<>();
    Disposable run = way.results(sluice, tasks).subscribe(results::add);
    Tensor tensor = slabs(1);
    tasks.next(kernels.task("a").out(tensor).yields(tensor));
    kernels.awaitStarted("a");
    run.dispose();
    tasks.awaitCancelled();
    kernels.complete("a");
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(results).isEmpty();
    assertThat(kernels.wasAskedToStop("a")).isTrue();
    assertNothingIsHeld();
  }

  @Test
  void whileAKernelRunsWhatReadsItNeverStarts() {
    HandPublisher<Task> tasks = new HandPublisher<>();
    Tensor tensor = slabs(1);
    try (EventWatch watch = new EventWatch(sluice)) {
      Disposable run = sluice.submit(tasks).subscribe();
      tasks.next(kernels.task("a").out(tensor), quick("b").in(tensor));
      kernels.awaitStarted("a");
      run.dispose();
      kernels.complete("a");
      StepVerifier.create(sluice.drain())
          .assertNext(report -> assertThat(report.cancelledCount()).isEqualTo(1))
          .expectComplete()
          .verify(BOUND);
      var _ = watch.await(TaskEvent.Drained.class);
      assertThat(watch.events(TaskEvent.Started.class)).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void behindTheLastResultIsHarmless(Way way) {
    CountDownLatch done = new CountDownLatch(1);
    Disposable run =
        way.results(sluice, Flux.just(quick("a"))).doOnComplete(done::countDown).subscribe();
    Await.reached(done, "the end");
    run.dispose();
    run.dispose();
  }

  @ParameterizedTest
  @EnumSource
  void twiceIsHarmless(Way way) {
    HandPublisher<Task> tasks = new HandPublisher<>();
    List<Subscription> subscriptions = new ArrayList<>();
    var _ = way.results(sluice, tasks).doOnSubscribe(subscriptions::add).subscribe();
    tasks.next(kernels.task("a"));
    kernels.awaitStarted("a");
    subscriptions.getFirst().cancel();
    subscriptions.getFirst().cancel();
    subscriptions.getFirst().request(1);
  }

  @Test
  void aDeliveredResultStaysReadableBehindTheCancel() {
    CountDownLatch delivered = new CountDownLatch(1);
    List<TaskResult> results = new CopyOnWriteArrayList<>();
    Disposable run =
        sluice
            .submit(Flux.just(writing(9)).concatWith(Flux.never()))
            .subscribe(
                result -> {
                  results.add(result);
                  delivered.countDown();
                });
    Await.reached(delivered, "the result");
    run.dispose();
    var _ = settled();
    assertThat(valueOf(results.getFirst())).isEqualTo(9);
    results.getFirst().close();
  }

  @Test
  void oneRunLeavesTheOthersAlone() {
    HandPublisher<Task> one = new HandPublisher<>();
    HandPublisher<Task> other = new HandPublisher<>();
    StepVerifier.create(sluice.submit(other).map(RuntimeTest::nameOf))
        .then(
            () ->
                StepVerifier.create(sluice.submit(one))
                    .then(() -> one.next(kernels.task("a")))
                    .thenCancel()
                    .verify(BOUND))
        .then(() -> other.next(quick("b")))
        .then(other::complete)
        .expectNext("b")
        .expectComplete()
        .verify(BOUND);
  }
}
