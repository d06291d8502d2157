package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Demand is admission: what is asked of a publisher, in numbers.
class DemandTest extends RuntimeTest {
  private static final int LOOK_AHEAD = 16;

  private final HandPublisher<Task> tasks = new HandPublisher<>();

  private Task slab(String name) {
    return kernels.task(name).out(slabs(1));
  }

  @Test
  void aFullHeapHoldsTheNextTaskUntilASlabIsReleased() {
    HandPublisher<Publisher<Task>> scopes = new HandPublisher<>();
    EventWatch watch = new EventWatch(sluice);
    Task a = kernels.task("a").out(slabs(4));
    Task b = kernels.task("b").out(slabs(4));
    Task c = kernels.task("c").out(slabs(1));
    StepVerifier.create(sluice.submitScoped(scopes).map(TaskResult::task))
        .then(() -> scopes.next(Flux.just(a), Flux.just(b), Flux.just(c)))
        .then(() -> kernels.awaitStarted("a", "b"))
        .then(() -> awaitReason(Reason.HEAP_FULL))
        .then(() -> assertThat(watch.admitted()).as("c waits for bytes").containsExactly("a", "b"))
        .then(() -> kernels.complete("a"))
        .expectNext(a)
        .then(() -> watch.awaitAdmitted("c"))
        .then(() -> assertThat(watch.admitted()).containsExactly("a", "b", "c"))
        .thenCancel()
        .verify(BOUND);
    watch.close();
  }

  @Test
  void aPublisherIsAskedForTheLookAheadBeyondWhatWasAdmitted() {
    var run = sluice.submit(tasks).subscribe();
    tasks.awaitRequested(LOOK_AHEAD);
    for (int i = 0; i < 8; i++) {
      tasks.next(slab("t" + i));
      tasks.awaitRequested(LOOK_AHEAD + i + 1);
      assertRequested(LOOK_AHEAD + i + 1);
    }
    tasks.next(slab("waits"));
    assertRequested(LOOK_AHEAD + 8);
    run.dispose();
  }

  /// Exactly so many, also once all has settled.
  private void assertRequested(long total) {
    var _ = settled();
    assertThat(tasks.requested()).isEqualTo(total);
  }

  @Test
  void aWaitingTaskIsAskedForNothingUntilItIsAdmitted() {
    HandPublisher<Publisher<Task>> scopes = new HandPublisher<>();
    var run = sluice.submitScoped(scopes).subscribe();
    scopes.next(Flux.just(kernels.task("a").out(slabs(8))), tasks);
    kernels.awaitStarted("a");
    tasks.awaitRequested(LOOK_AHEAD);
    for (int i = 0; i < LOOK_AHEAD; i++) {
      tasks.next(slab("t" + i));
    }
    assertRequested(LOOK_AHEAD);
    kernels.complete("a");
    tasks.awaitRequested(LOOK_AHEAD + 8);
    assertRequested(LOOK_AHEAD + 8);
    run.dispose();
  }

  @Test
  void aLookAheadOfOneHoldsOneTask() {
    use(builder().lookAhead(1));
    var run = sluice.submit(tasks).subscribe();
    tasks.awaitRequested(1);
    for (int i = 0; i < 8; i++) {
      assertRequested(i + 1);
      tasks.next(slab("t" + i));
      tasks.awaitRequested(i + 2);
    }
    tasks.next(slab("waits"));
    assertRequested(9);
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
        .expectNext(2_000L)
        .expectComplete()
        .verify(BOUND);
  }

  /// None of what this request asks for comes before it returns: were it too much, it would stay so.
  /// The figures may lag behind for a moment.
  private void assertWithin(int lookAhead, long total) {
    Await.until(
        "%d requested to be at most %d ahead".formatted(total, lookAhead),
        () -> total - sluice.figures().admittedCount() <= lookAhead);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void maxInFlightStopsDemandAndDeliveryResumesIt(int maxInFlight) {
    use(builder().lookAhead(1).maxInFlight(maxInFlight));
    StepVerifier.create(sluice.submit(tasks).map(RuntimeTest::nameOf), 0)
        .then(
            () -> {
              for (int i = 0; i < maxInFlight; i++) {
                tasks.awaitRequested(i + 1);
                tasks.next(quick("t" + i));
              }
            })
        .then(() -> awaitUndelivered(maxInFlight))
        .then(() -> assertRequested(maxInFlight))
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> tasks.awaitRequested(maxInFlight + 1))
        .then(() -> assertRequested(maxInFlight + 1))
        .thenCancel()
        .verify(BOUND);
  }

  private void awaitUndelivered(int count) {
    Await.until(
        count + " results that wait for their subscriber",
        () ->
            sluice.figures().admittedCount() == count
                && settled().reason() == Reason.SUBSCRIBER_SLOW);
  }

  @Test
  void admissionGoesOnWithoutDemandUntilMaxInFlight() {
    use(builder().maxInFlight(100));
    Flux<Task> many = Flux.range(0, 1_000).map(i -> quick("t" + i));
    StepVerifier.create(sluice.submit(many), 0)
        .then(() -> awaitUndelivered(100))
        .thenRequest(Long.MAX_VALUE)
        .expectNextCount(1_000)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void tasksAskedForAheadOfMaxInFlightWait() {
    use(builder().lookAhead(8).maxInFlight(2));
    StepVerifier.create(sluice.submit(Flux.range(0, 8).map(i -> quick("t" + i))), 0)
        .then(() -> awaitUndelivered(2))
        .thenRequest(2)
        .expectNextCount(2)
        .then(() -> awaitUndelivered(4))
        .thenRequest(6)
        .expectNextCount(6)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void noThreadBlocksOnAFullHeap() {
    use(builder().lookAhead(1));
    var run = sluice.submit(tasks).subscribe();
    tasks.next(kernels.task("fills").out(slabs(8)), slab("waits"));
    kernels.awaitStarted("fills");
    awaitNeeded(SLAB);
    StepVerifier.create(sluice.submit(Flux.just(quick("needs no bytes"))))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    run.dispose();
  }

  @Test
  void aSmallClaimOfAnotherRunIsServedWhileALargeOneWaits() {
    var run = sluice.submit(tasks).subscribe();
    tasks.next(kernels.task("a").out(slabs(5)), kernels.task("large").out(slabs(5)));
    kernels.awaitStarted("a");
    StepVerifier.create(sluice.submit(Flux.just(writing(3)), RuntimeTest::valueOf))
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
        .expectNext(2_000L)
        .expectComplete()
        .verify(BOUND);
    assertThat(made.get()).isLessThan(2_000 + 65_536);
    assertThat(sluice.figures().heapPeakBytes()).isLessThanOrEqualTo(DataSize.kibibytes(8).bytes());
  }
}
