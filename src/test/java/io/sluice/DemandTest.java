package io.sluice;

import static io.sluice.RuntimeTest.quick;
import static io.sluice.RuntimeTest.slabs;
import static io.sluice.RuntimeTest.writing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.test.ManualPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Demand is admission: what is asked of a publisher, in numbers.
class DemandTest extends ManualRuntimeTest {
  private static final int LOOK_AHEAD = 16;

  private final ManualPublisher<Task> tasks = ManualPublisher.create();

  private Task slab(String name) {
    return quick(name).out(slabs(1));
  }

  @Test
  void aFullHeapHoldsTheNextTaskUntilASlabIsReleased() {
    ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
    Task a = quick("a").out(slabs(4));
    Task b = quick("b").out(slabs(4));
    Task c = quick("c").out(slabs(1));
    StepVerifier.create(sluice.submitScoped(scopes).map(TaskResult::task))
        .then(() -> scopes.next(Flux.just(a), Flux.just(b), Flux.just(c)))
        .then(() -> assertThat(whyWaiting().reason()).isEqualTo(Reason.HEAP_FULL))
        .then(() -> assertThat(heap.admitted()).as("c waits for bytes").containsExactly(a, b))
        .then(() -> workers.complete(a))
        .then(() -> assertThat(heap.admitted()).containsExactly(a, b, c))
        .expectNext(a)
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void aPublisherIsAskedForTheLookAheadBeyondWhatWasAdmitted() {
    var run = sluice.submit(tasks).subscribe();
    tasks.assertRequested(LOOK_AHEAD);
    for (int i = 0; i < 8; i++) {
      tasks.next(slab("t" + i));
      tasks.assertRequested(LOOK_AHEAD + i + 1);
    }
    tasks.next(slab("waits"));
    tasks.assertRequested(LOOK_AHEAD + 8);
    run.dispose();
  }

  @Test
  void aWaitingTaskIsAskedForNothingUntilItIsAdmitted() {
    ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
    var run = sluice.submitScoped(scopes).subscribe();
    scopes.next(Flux.just(quick("a").out(slabs(8))).hide(), tasks);
    tasks.assertRequested(LOOK_AHEAD);
    for (int i = 0; i < LOOK_AHEAD; i++) {
      tasks.next(slab("t" + i));
    }
    tasks.assertRequested(LOOK_AHEAD);
    workers.complete("a");
    tasks.assertRequested(LOOK_AHEAD + 8);
    run.dispose();
  }

  @Test
  void aLookAheadOfOneHoldsOneTask() {
    use(builder().lookAhead(1));
    var run = sluice.submit(tasks).subscribe();
    tasks.assertRequested(1);
    for (int i = 0; i < 8; i++) {
      tasks.assertRequested(i + 1);
      tasks.next(slab("t" + i));
      tasks.assertRequested(i + 2);
    }
    tasks.next(slab("waits"));
    tasks.assertRequested(9);
    run.dispose();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 16})
  void theLookAheadIsNeverExceededWhileAHeapFillsAndFrees(int lookAhead) {
    use(builder().lookAhead(lookAhead).unlimitedInFlight());
    AtomicLong requested = new AtomicLong();
    Flux<Task> counted =
        Flux.range(0, 2_000)
            .map(i -> quick("t" + i))
            .doOnRequest(n -> assertWithin(lookAhead, requested.addAndGet(n)));
    StepVerifier.create(sluice.submit(counted).count())
        .then(workers::runAll)
        .expectNext(2_000L)
        .expectComplete()
        .verify(BOUND);
  }

  private void assertWithin(int lookAhead, long total) {
    assertThat(total - sluice.figures().admittedCount()).isLessThanOrEqualTo(lookAhead);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void maxInFlightStopsDemandAndDeliveryResumesIt(int maxInFlight) {
    use(builder().lookAhead(1).maxInFlight(maxInFlight));
    StepVerifier.create(sluice.submit(tasks).map(RuntimeTest::nameOf), 0)
        .then(
            () -> {
              for (int i = 0; i < maxInFlight; i++) {
                tasks.assertRequested(i + 1);
                tasks.next(quick("t" + i));
              }
            })
        .then(() -> runUntilUndelivered(maxInFlight))
        .then(() -> tasks.assertRequested(maxInFlight))
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> tasks.assertRequested(maxInFlight + 1))
        .then(() -> tasks.assertRequested(maxInFlight + 1))
        .thenCancel()
        .verify(BOUND);
  }

  /// Runs what can run; so many results wait for their subscriber then.
  private void runUntilUndelivered(int count) {
    workers.runAll();
    assertThat(sluice.figures().admittedCount()).isEqualTo(count);
    assertThat(whyWaiting().reason()).isEqualTo(Reason.SUBSCRIBER_SLOW);
  }

  @Test
  void admissionGoesOnWithoutDemandUntilMaxInFlight() {
    use(builder().maxInFlight(100));
    Flux<Task> many = Flux.range(0, 1_000).map(i -> quick("t" + i));
    StepVerifier.create(sluice.submit(many), 0)
        .then(() -> runUntilUndelivered(100))
        .thenRequest(Long.MAX_VALUE)
        .then(workers::runAll)
        .expectNextCount(1_000)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void tasksAskedForAheadOfMaxInFlightWait() {
    use(builder().lookAhead(8).maxInFlight(2));
    StepVerifier.create(sluice.submit(Flux.range(0, 8).map(i -> quick("t" + i))), 0)
        .then(() -> runUntilUndelivered(2))
        .thenRequest(2)
        .expectNextCount(2)
        .then(() -> runUntilUndelivered(4))
        .thenRequest(6)
        .then(workers::runAll)
        .expectNextCount(6)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void noThreadBlocksOnAFullHeap() {
    use(builder().lookAhead(1));
    var run = sluice.submit(tasks).subscribe();
    tasks.next(quick("fills").out(slabs(8)), slab("waits"));
    assertThat(whyWaiting().neededBytes()).isEqualTo(SLAB);
    StepVerifier.create(sluice.submit(Flux.just(quick("needs no bytes"))))
        .then(() -> workers.run("needs no bytes"))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    run.dispose();
  }

  @Test
  void aSmallClaimOfAnotherRunIsServedWhileALargeOneWaits() {
    var run = sluice.submit(tasks).subscribe();
    tasks.next(quick("a").out(slabs(5)), quick("large").out(slabs(5)));
    StepVerifier.create(sluice.submit(Flux.just(writing(3)), RuntimeTest::valueOf))
        .then(() -> workers.run("write 3"))
        .expectNext(3)
        .expectComplete()
        .verify(BOUND);
    run.dispose();
  }

  @Test
  void anEndlessStreamFlowsThroughTheHeapAsLongAsItIsWanted() {
    AtomicInteger made = new AtomicInteger();
    Flux<Flux<Task>> endless =
        Flux.generate(sink -> sink.next(Flux.just(writing(made.incrementAndGet() % 100))));
    StepVerifier.create(sluice.submitScoped(endless, RuntimeTest::valueOf).take(2_000).count())
        .then(workers::runAll)
        .expectNext(2_000L)
        .expectComplete()
        .verify(BOUND);
    assertThat(made.get()).isLessThan(2_000 + 65_536);
    assertThat(sluice.figures().heapPeakBytes()).isLessThanOrEqualTo(DataSize.kibibytes(8).bytes());
  }
}
