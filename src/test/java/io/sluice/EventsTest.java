package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.ConfigurationException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.Tensor;
import io.sluice.test.ManualPublisher;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// What those see who watch a runtime.
class EventsTest extends RuntimeTest {

  private void run(Task... some) {
    StepVerifier.create(sluice.submitDelayError(Flux.just(some)))
        .thenConsumeWhile(result -> true)
        .expectComplete()
        .verify(BOUND);
  }

  private static List<String> kindsOf(List<TaskEvent> events) {
    return events.stream().map(event -> event.getClass().getSimpleName()).toList();
  }

  @Test
  void aTasksEventsComeInTheirOrder() {
    EventWatch watch = new EventWatch(sluice);
    run(quick("a").out(slabs(1)));
    var _ = watch.await(TaskEvent.Consumed.class);
    assertThat(kindsOf(watch.events()))
        .containsExactly("Admitted", "Started", "Returned", "Completed", "Consumed");
    assertThat(watch.await(TaskEvent.Admitted.class).bytes()).isEqualTo(SLAB);
    watch.close();
  }

  @Test
  void theEventsOfManyTasksAreOrderedForEach() {
    EventWatch watch = new EventWatch(sluice);
    StepVerifier.create(
            sluice.submitScoped(
                Flux.range(0, 100).map(i -> Flux.just(writing(i))), RuntimeTest::valueOf))
        .expectNextCount(100)
        .expectComplete()
        .verify(BOUND);
    Await.until("all", () -> watch.events(TaskEvent.Consumed.class).size() == 100);
    for (TaskEvent.Admitted admitted : watch.events(TaskEvent.Admitted.class)) {
      assertThat(kindsOf(eventsOf(watch, admitted.taskName())))
          .containsExactly(
              "Admitted", "Started", "Returned", "Completed", "ResultClosed", "Consumed");
    }
    watch.close();
  }

  private static List<TaskEvent> eventsOf(EventWatch watch, String name) {
    return watch.events().stream()
        .filter(event -> event.toString().contains("taskName=" + name + ","))
        .toList();
  }

  @Test
  void failuresCancellationsAndRefusalsAreTold() {
    EventWatch watch = new EventWatch(sluice);
    Tensor lost = slabs(1);
    StepVerifier.create(
            sluice.submitDelayError(
                Flux.just(
                    failing("bad", failure("no")).out(lost),
                    quick("reader").in(lost),
                    quick("huge").out(slabs(9)))))
        .expectError()
        .verify(BOUND);
    ManualPublisher<Task> tasks = ManualPublisher.create();
    Disposable run = sluice.submit(tasks).subscribe();
    Tensor tensor = slabs(1);
    Await.emitted(tasks, kernels.task("runs").out(tensor), quick("waits").in(tensor));
    kernels.awaitStarted("runs");
    run.dispose();
    kernels.complete("runs");
    var _ = watch.await(TaskEvent.Cancelled.class);
    assertThat(watch.events(TaskEvent.Failed.class).stream().map(TaskEvent.Failed::taskName))
        .containsExactly("bad", "reader");
    assertThat(watch.events(TaskEvent.Refused.class).stream().map(TaskEvent.Refused::taskName))
        .containsExactly("huge");
    assertThat(watch.events(TaskEvent.Cancelled.class).stream().map(TaskEvent.Cancelled::taskName))
        .containsExactly("waits");
    watch.close();
  }

  @Test
  void aListenerSeesWhatHappensBehindItsSubscriptionOnly() {
    run(quick("before"));
    EventWatch watch = new EventWatch(sluice);
    run(quick("behind"));
    watch.awaitAdmitted("behind");
    assertThat(watch.admitted()).containsExactly("behind");
    watch.close();
  }

  @Test
  void aSlowListenerLosesEventsAndIsToldHowMany() {
    AtomicLong seen = new AtomicLong();
    AtomicLong lost = new AtomicLong();
    BaseSubscriber<TaskEvent> slow =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {}

          @Override
          protected void hookOnNext(TaskEvent event) {
            if (event instanceof TaskEvent.Lost gap) {
              lost.addAndGet(gap.count());
            } else {
              seen.incrementAndGet();
            }
          }
        };
    sluice.events().subscribe(slow);
    run(Flux.range(0, 2_000).map(i -> quick("t")).toStream().toArray(Task[]::new));
    slow.request(Long.MAX_VALUE);
    Await.until("all events", () -> seen.get() + lost.get() == 5 * 2_000);
    assertThat(lost.get()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void noMoreWaitThanTheListenersBufferHolds(int bufferCount) {
    List<TaskEvent> events = new CopyOnWriteArrayList<>();
    BaseSubscriber<TaskEvent> slow = slow(events::add);
    sluice.events(bufferCount).subscribe(slow);
    run(Flux.range(0, 100).map(i -> quick("t")).toStream().toArray(Task[]::new));
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    slow.request(bufferCount);
    Await.until("the first", () -> events.size() == bufferCount);
    slow.request(1);
    Await.until("the gap", () -> events.size() == bufferCount + 1);
    assertThat(events.subList(0, bufferCount)).noneMatch(event -> event instanceof TaskEvent.Lost);
    assertThat(((TaskEvent.Lost) events.getLast()).count()).isEqualTo(501 - bufferCount);
    assertThat(countOf(events, TaskEvent.Admitted.class, TaskEvent.Lost::admittedCount))
        .isEqualTo(100);
    assertThat(countOf(events, TaskEvent.Completed.class, TaskEvent.Lost::completedCount))
        .isEqualTo(100);
    assertThat(((TaskEvent.Lost) events.getLast()).failedCount()).isZero();
    slow.cancel();
  }

  /// Told one by one, and as a part of what was lost.
  private static long countOf(
      List<TaskEvent> events,
      Class<? extends TaskEvent> kind,
      ToLongFunction<TaskEvent.Lost> lost) {
    return events.stream().filter(kind::isInstance).count()
        + lost.applyAsLong((TaskEvent.Lost) events.getLast());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aListenerThatWasToldOfItsLossIsTheSameAsOneThatLostNothing(int bufferCount) {
    List<TaskEvent> events = new CopyOnWriteArrayList<>();
    BaseSubscriber<TaskEvent> slow = slow(events::add);
    sluice.events(bufferCount).subscribe(slow);
    run(Flux.range(0, 10).map(i -> quick("t")).toStream().toArray(Task[]::new));
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    slow.request(Long.MAX_VALUE);
    Await.until("the gap", () -> events.size() == bufferCount + 1);
    run(quick("behind"));
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(events.get(bufferCount + 1).toString()).contains("Admitted", "behind");
    slow.cancel();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, (1 << 20) + 1, Integer.MAX_VALUE})
  void aBufferOutOfRangeIsRefused(int bufferCount) {
    assertThatThrownBy(() -> sluice.events(bufferCount))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("events.bufferCount must lie in 1 to 1048576, was " + bufferCount);
  }

  private static BaseSubscriber<TaskEvent> slow(Consumer<TaskEvent> listener) {
    return new BaseSubscriber<>() {
      @Override
      protected void hookOnSubscribe(Subscription subscription) {}

      @Override
      protected void hookOnNext(TaskEvent event) {
        listener.accept(event);
      }
    };
  }

  @Test
  void theGapIsToldInItsPlace() {
    List<TaskEvent> events = new CopyOnWriteArrayList<>();
    BaseSubscriber<TaskEvent> slow =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {}

          @Override
          protected void hookOnNext(TaskEvent event) {
            events.add(event);
          }
        };
    sluice.events().subscribe(slow);
    run(Flux.range(0, 2_000).map(i -> quick("t")).toStream().toArray(Task[]::new));
    slow.request(1_000_000);
    Await.until(
        "the gap", () -> events.stream().anyMatch(event -> event instanceof TaskEvent.Lost));
    run(quick("behind"));
    Await.until("the last", () -> events.getLast().toString().contains("Consumed[taskId=0:2000"));
    int gap = kindsOf(events).indexOf("Lost");
    assertThat(events.subList(0, gap)).noneMatch(event -> event.toString().contains("behind"));
    assertThat(events.subList(gap, events.size()))
        .anyMatch(event -> event.toString().contains("behind"));
  }

  @Test
  void oneListenersEndLeavesTheOthersAlone() {
    EventWatch one = new EventWatch(sluice);
    EventWatch other = new EventWatch(sluice);
    one.close();
    run(quick("a"));
    other.awaitAdmitted("a");
    assertThat(one.events()).isEmpty();
    other.close();
  }

  @Test
  void aListenerThatThrowsLeavesTheOthersAlone() {
    AtomicInteger seen = new AtomicInteger();
    sluice.events().subscribe(new BrokenSubscriber("onNext", failure("listener"), seen));
    EventWatch other = new EventWatch(sluice);
    run(quick("a"), quick("b"));
    Await.until("both", () -> other.events(TaskEvent.Consumed.class).size() == 2);
    assertThat(seen).hasValue(1);
    other.close();
  }

  @Test
  void theyCompleteWhenTheRuntimeIsDisposedOf() {
    StepVerifier.create(sluice.events()).then(sluice::dispose).expectComplete().verify(BOUND);
    StepVerifier.create(sluice.events()).expectComplete().verify(BOUND);
  }

  @Test
  void aListenerMayCallTheRuntime() {
    CountDownLatch done = new CountDownLatch(1);
    Disposable listener =
        sluice
            .events()
            .ofType(TaskEvent.Completed.class)
            .filter(event -> event.taskName().equals("a"))
            .flatMap(event -> sluice.submit(Flux.just(quick("b"))))
            .subscribe(result -> done.countDown());
    run(quick("a"));
    Await.reached(done, "the listener's own task");
    listener.dispose();
  }
}
