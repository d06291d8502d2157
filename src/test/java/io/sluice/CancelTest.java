package io.sluice;

import static io.sluice.RuntimeTest.quick;
import static io.sluice.RuntimeTest.slabs;
import static io.sluice.RuntimeTest.writing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.test.ManualPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
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
class CancelTest extends ManualRuntimeTest {

  @ParameterizedTest
  @EnumSource
  void insideOnSubscribeNothingBegins(Way way) {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    way.results(sluice, tasks)
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnSubscribe(Subscription subscription) {
                subscription.cancel();
              }
            });
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
        .then(() -> assertThat(workers.runAll()).as("two results").isEqualTo(2))
        .thenCancel()
        .verify(BOUND);
    test.assertNothingIsHeld();
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
    workers.runAll();
    assertThat(seen).hasSize(taken);
    test.assertNothingIsHeld();
  }

  @ParameterizedTest
  @EnumSource
  void fromInsideOnNextNoFurtherResultComes(Way way) {
    Flux<Task> tasks = Flux.range(0, 100).map(i -> quick("t" + i));
    StepVerifier.create(way.results(sluice, tasks).take(3))
        .then(workers::runAll)
        .expectNextCount(3)
        .expectComplete()
        .verify(BOUND);
    test.assertNothingIsHeld();
  }

  @Test
  void whileATaskWaitsForBytesItIsNeverAdmitted() {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    Disposable run = sluice.submit(tasks).subscribe();
    tasks.next(quick("a").out(slabs(8)), quick("b").out(slabs(1)));
    assertThat(whyWaiting().neededBytes()).isEqualTo(SLAB);
    run.dispose();
    tasks.assertCancelled();
    workers.complete("a");
    assertThat(test.drain().taskCount()).isEqualTo(1);
    assertThat(workers.startedNames()).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource
  void whileAKernelRunsItIsAskedToStopAndItsResultIsDropped(Way way) {
    List<TaskResult> results = new CopyOnWriteArrayList<>();
    ManualPublisher<Task> tasks = ManualPublisher.create();
    Disposable run = way.results(sluice, tasks).subscribe(results::add);
    Tensor tensor = slabs(1);
    tasks.next(quick("a").out(tensor).yields(tensor));
    run.dispose();
    tasks.assertCancelled();
    assertThat(workers.isAskedToStop("a")).isTrue();
    workers.complete("a");
    assertThat(results).isEmpty();
    test.assertNothingIsHeld();
  }

  @Test
  void whileAKernelRunsWhatReadsItNeverStarts() {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    Tensor tensor = slabs(1);
    Disposable run = sluice.submit(tasks).subscribe();
    tasks.next(quick("a").out(tensor), quick("b").in(tensor));
    run.dispose();
    workers.complete("a");
    assertThat(test.drain().cancelledCount()).isEqualTo(1);
    assertThat(workers.startedNames()).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource
  void behindTheLastResultIsHarmless(Way way) {
    AtomicBoolean done = new AtomicBoolean();
    Disposable run =
        way.results(sluice, Flux.just(quick("a"))).doOnComplete(() -> done.set(true)).subscribe();
    workers.runAll();
    assertThat(done).as("completed").isTrue();
    run.dispose();
    run.dispose();
  }

  @ParameterizedTest
  @EnumSource
  void twiceIsHarmless(Way way) {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    List<Subscription> subscriptions = new ArrayList<>();
    var _ = way.results(sluice, tasks).doOnSubscribe(subscriptions::add).subscribe();
    tasks.next(quick("a"));
    subscriptions.getFirst().cancel();
    subscriptions.getFirst().cancel();
    subscriptions.getFirst().request(1);
  }

  @Test
  void aDeliveredResultStaysReadableBehindTheCancel() {
    List<TaskResult> results = new CopyOnWriteArrayList<>();
    Disposable run =
        sluice.submit(Flux.just(writing(9)).concatWith(Flux.never())).subscribe(results::add);
    workers.runAll();
    run.dispose();
    assertThat(RuntimeTest.valueOf(results.getFirst())).isEqualTo(9);
    results.getFirst().close();
  }

  @Test
  void oneRunLeavesTheOthersAlone() {
    ManualPublisher<Task> one = ManualPublisher.create();
    ManualPublisher<Task> other = ManualPublisher.create();
    StepVerifier.create(sluice.submit(other).map(RuntimeTest::nameOf))
        .then(
            () ->
                StepVerifier.create(sluice.submit(one))
                    .then(() -> one.next(quick("a")))
                    .thenCancel()
                    .verify(BOUND))
        .then(() -> other.next(quick("b")))
        .then(other::complete)
        .then(() -> workers.run("b"))
        .expectNext("b")
        .expectComplete()
        .verify(BOUND);
  }
}
