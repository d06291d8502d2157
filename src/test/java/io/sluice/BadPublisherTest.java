package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.sluice.error.TaskFailedException;
import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.test.ManualPublisher;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/// Publishers and subscribers that break rules, or stretch them.
class BadPublisherTest extends RuntimeTest {
  private final RuntimeException broken = failure("broken");

  private final ManualPublisher<Task> tasks = ManualPublisher.create();

  /// The publisher as that of the only scope, or alone.
  private Flux<TaskResult> submit(boolean scoped, Publisher<Task> publisher) {
    return scoped ? sluice.submitScoped(Flux.just(publisher)) : sluice.submit(publisher);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneThatEmitsNullFailsItsRunAndIsCancelled(boolean scoped) {
    StepVerifier.create(submit(scoped, tasks))
        .then(() -> assertThatNullPointerException().isThrownBy(() -> tasks.next((Task) null)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(UpstreamProtocolException.class)
                    .hasMessageContaining("null"))
        .verify(BOUND);
    tasks.awaitCancelled();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneThatEmitsMoreThanWasRequestedFailsItsRunAndIsCancelled(boolean scoped) {
    use(builder().lookAhead(2));
    StepVerifier.create(submit(scoped, tasks).map(RuntimeTest::nameOf))
        .then(() -> tasks.awaitRequested(2))
        .then(() -> Await.emitted(tasks, kernels.task("a").out(slabs(8))))
        .then(() -> tasks.awaitRequested(3))
        .then(() -> Await.emitted(tasks, slab("b"), slab("c")))
        .then(() -> tasks.next(slab("d")))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(UpstreamProtocolException.class)
                    .hasMessageContaining("4 tasks when 3 were requested"))
        .verify(BOUND);
    tasks.awaitCancelled();
  }

  private static Task slab(String name) {
    return quick(name).out(slabs(1));
  }

  @Test
  void aPublisherOfScopesMustNotEmitNull() {
    ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
    StepVerifier.create(sluice.submitScoped(scopes))
        .then(
            () ->
                assertThatNullPointerException()
                    .isThrownBy(() -> scopes.next((Publisher<Task>) null)))
        .expectError(UpstreamProtocolException.class)
        .verify(BOUND);
    scopes.awaitCancelled();
  }

  @Test
  void aPublisherOfScopesIsAskedForOneAtATimeAndMustKeepToIt() {
    ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
    StepVerifier.create(sluice.submitScoped(scopes))
        .then(() -> assertThat(settled()).isNotNull())
        .then(() -> Await.emitted(scopes, tasks))
        .then(() -> scopes.next(Flux.empty()))
        .expectErrorSatisfies(
            error -> assertThat(error).hasMessageContaining("2 scopes when 1 were requested"))
        .verify(BOUND);
    scopes.awaitCancelled();
  }

  @ParameterizedTest
  @EnumSource
  void whatComesBehindTheEndIsDropped(Way way) {
    List<Object> dropped = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            way.results(sluice, asIs(tasks))
                .map(RuntimeTest::nameOf)
                .contextWrite(
                    context -> context.put("reactor.onNextDropped.local", consumer(dropped::add)))
                .contextWrite(
                    context -> context.put("reactor.onErrorDropped.local", consumer(dropped::add))))
        .then(() -> Await.emitted(tasks, quick("a")))
        .then(tasks::complete)
        .then(() -> Await.emitted(tasks, quick("late")))
        .then(() -> tasks.fail(broken))
        .then(tasks::complete)
        .expectNext("a")
        .expectComplete()
        .verify(BOUND);
    assertThat(dropped).hasSizeBetween(2, 3).contains(broken);
  }

  @Test
  void aTaskBehindTheEndIsToldToTheHookWithTheRule() {
    List<Object> told = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            sluice
                .submit(asIs(tasks))
                .map(RuntimeTest::nameOf)
                .contextWrite(
                    context -> context.put("reactor.onErrorDropped.local", consumer(told::add))))
        .then(() -> Await.emitted(tasks, quick("a")))
        .then(tasks::complete)
        .then(() -> Await.emitted(tasks, quick("late")))
        .expectNext("a")
        .expectComplete()
        .verify(BOUND);
    assertThat(told)
        .singleElement()
        .isInstanceOfSatisfying(
            UpstreamProtocolException.class,
            error ->
                assertThat(error)
                    .hasMessageContaining("emitted task 'late' after it had ended")
                    .hasMessageContaining("its end must be its last signal"));
  }

  private static java.util.function.Consumer<Object> consumer(
      java.util.function.Consumer<Object> hook) {
    return hook;
  }

  /// Only a hand-made publisher is not guarded by an operator on its way.
  private static Flux<Task> asIs(Flux<Task> publisher) {
    return publisher;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneThatThrowsFromSubscribeFailsItsRun(boolean scoped) {
    Publisher<Task> throwing =
        subscriber -> {
          throw broken;
        };
    StepVerifier.create(submit(scoped, throwing))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
        .verify(BOUND);
  }

  @Test
  void aPublisherOfScopesThatThrowsFromSubscribeFailsItsRun() {
    Publisher<Publisher<Task>> throwing =
        subscriber -> {
          throw broken;
        };
    StepVerifier.create(sluice.submitScoped(throwing))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
        .verify(BOUND);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneThatThrowsFromRequestFailsItsRun(boolean scoped) {
    Publisher<Task> throwing =
        subscriber ->
            subscriber.onSubscribe(
                new Subscription() {
                  @Override
                  public void request(long n) {
                    throw broken;
                  }

                  @Override
                  public void cancel() {}
                });
    StepVerifier.create(submit(scoped, throwing))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
        .verify(BOUND);
  }

  @Test
  void oneThatThrowsFromCancelHoldsNothingBack() {
    Publisher<Task> throwing =
        subscriber ->
            subscriber.onSubscribe(
                new Subscription() {
                  @Override
                  public void request(long n) {}

                  @Override
                  public void cancel() {
                    throw broken;
                  }
                });
    StepVerifier.create(sluice.submit(throwing))
        .then(() -> assertThat(settled()).isNotNull())
        .thenCancel()
        .verify(BOUND);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneThatNeverCallsOnSubscribeCanBeCancelled(boolean scoped) {
    Publisher<Task> silent = subscriber -> {};
    StepVerifier.create(submit(scoped, silent))
        .then(() -> assertThat(settled()).isNotNull())
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void aSubscriptionThatComesBehindTheCancelIsCancelled() {
    List<org.reactivestreams.Subscriber<? super Task>> subscribers = new CopyOnWriteArrayList<>();
    Publisher<Task> late = subscribers::add;
    Disposable run = sluice.submit(late).subscribe();
    Await.until("the subscription", () -> !subscribers.isEmpty());
    run.dispose();
    CountDownLatch cancelled = new CountDownLatch(1);
    subscribers
        .getFirst()
        .onSubscribe(
            new Subscription() {
              @Override
              public void request(long n) {}

              @Override
              public void cancel() {
                cancelled.countDown();
              }
            });
    Await.reached(cancelled, "the cancel");
  }

  @ParameterizedTest
  @EnumSource
  void oneThatHasEndedIsNotCancelledAnyMore(Way way) {
    StepVerifier.create(way.results(sluice, tasks))
        .then(() -> Await.emitted(tasks, kernels.task("runs")))
        .then(() -> kernels.awaitStarted("runs"))
        .then(() -> tasks.fail(broken))
        .then(() -> kernels.complete("runs"))
        .thenConsumeWhile(result -> true)
        .expectError()
        .verify(BOUND);
    assertThat(tasks.isCancelled()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void oneThatHasEndedIsAskedForNoMore(Way way) {
    Tensor all = slabs(8);
    Task fills = kernels.task("fills").out(all).lastUse(all);
    AtomicLong asked = new AtomicLong();
    StepVerifier.create(way.results(sluice, tasks).map(RuntimeTest::nameOf))
        .then(() -> Await.emitted(tasks, fills, slab("waits")))
        .then(() -> awaitNeeded(SLAB))
        .then(tasks::complete)
        .then(() -> asked.set(tasks.requested()))
        .then(() -> kernels.complete("fills"))
        .expectNext("fills", "waits")
        .expectComplete()
        .verify(BOUND);
    assertThat(tasks.requested()).as("behind the end").isEqualTo(asked.get());
    assertThat(tasks.isCancelled()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void oneThatHasEndedIsNotCancelledWithItsRun(Way way) {
    StepVerifier.create(way.results(sluice, asIs(tasks)))
        .then(() -> Await.emitted(tasks, kernels.task("runs")))
        .then(() -> kernels.awaitStarted("runs"))
        .then(tasks::complete)
        .thenCancel()
        .verify(BOUND);
    assertThat(tasks.isCancelled()).isFalse();
  }

  @Test
  void oneThatThrowsFromSubscribeBehindItsSubscriptionIsCancelled() {
    Publisher<Task> throwing =
        subscriber -> {
          tasks.subscribe(subscriber);
          throw broken;
        };
    StepVerifier.create(sluice.submit(throwing))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
        .verify(BOUND);
    tasks.awaitCancelled();
  }

  @ParameterizedTest
  @EnumSource
  void aMillionTasksFromASynchronousPublisherOverflowNoStack(Way way) {
    use(builder().threads("cpu", 2));
    Task task = Task.call("t", context -> {});
    int count = way == Way.SUBMIT ? 1_000_000 : 100_000;
    StepVerifier.create(way.results(sluice, Flux.range(0, count).map(i -> task)).count())
        .expectNext((long) count)
        .expectComplete()
        .verify(BOUND.multipliedBy(6));
  }

  @Test
  void aMillionEmptyScopesOverflowNoStack() {
    StepVerifier.create(sluice.submitScoped(Flux.range(0, 1_000_000).map(i -> Flux.empty())))
        .expectComplete()
        .verify(BOUND.multipliedBy(3));
  }

  @Test
  void publishersOnOtherThreadsAreServed() {
    Flux<Flux<Task>> scopes =
        Flux.range(0, 200)
            .map(
                i ->
                    Flux.just(writing(i % 50), writing(i % 50))
                        .publishOn(Schedulers.parallel())
                        .subscribeOn(Schedulers.boundedElastic()))
            .publishOn(Schedulers.single());
    StepVerifier.create(sluice.submitScoped(scopes, RuntimeTest::valueOf).count())
        .expectNext(400L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aSubscriberThatThrowsFromOnNextCountsAsCancelled() {
    AtomicInteger seen = new AtomicInteger();
    sluice
        .submit(Flux.range(0, 4).map(RuntimeTest::writing).concatWith(Flux.never()))
        .subscribe(new BrokenSubscriber("onNext", broken, seen));
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(seen).hasValue(1);
  }

  @Test
  void aSubscriberThatThrowsFromOnCompleteEndsItsRunAllTheSame() {
    AtomicInteger seen = new AtomicInteger();
    sluice
        .submit(Flux.just(quick("a")))
        .subscribe(new BrokenSubscriber("onComplete", broken, seen));
    Await.until("the result", () -> seen.get() == 1);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
  }

  @Test
  void aSubscriberThatThrowsFromOnErrorEndsItsRunAllTheSame() {
    sluice
        .submit(Flux.just(failing("bad", broken)))
        .subscribe(new BrokenSubscriber("onError", broken));
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
  }

  @Test
  void aProgramsSubscriberThatThrowsHoldsNothingBack() {
    for (String signal : List.of("onNext", "onComplete")) {
      sluice
          .run(program -> program.submit(quick("a")))
          .subscribe(new BrokenSubscriber(signal, broken));
      StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    }
    sluice.run(program -> Mono.error(broken)).subscribe(new BrokenSubscriber("onError", broken));
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
  }

  @Test
  void aThrowingSubscriberLeavesOtherRunsAlone() {
    AtomicInteger seen = new AtomicInteger();
    sluice
        .submit(Flux.range(0, 4).map(RuntimeTest::writing))
        .subscribe(new BrokenSubscriber("onNext", broken, seen));
    StepVerifier.create(sluice.submit(Flux.just(quick("a"))))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void theSubscribersContextReachesThePublishers() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Flux<Task> inner =
        Flux.deferContextual(
            context -> {
              seen.add("inner " + context.get("user"));
              return Flux.just(quick("a"));
            });
    Flux<Flux<Task>> outer =
        Flux.deferContextual(
            context -> {
              seen.add("outer " + context.get("user"));
              return Flux.just(inner);
            });
    StepVerifier.create(
            sluice
                .submitScoped(outer)
                .thenMany(sluice.submit(inner))
                .thenMany(
                    sluice.run(
                        program ->
                            program.scope(
                                scope ->
                                    Mono.deferContextual(
                                        context -> {
                                          seen.add("program " + context.get("user"));
                                          return scope.submit(quick("b"));
                                        }))))
                .then()
                .contextWrite(context -> context.put("user", "ada")))
        .expectComplete()
        .verify(BOUND);
    assertThat(seen).containsExactly("outer ada", "inner ada", "inner ada", "program ada");
  }

  @Test
  void aCheckpointNamesTheRunInAnError() {
    StepVerifier.create(sluice.submit(Flux.just(failing("bad", broken))).checkpoint("photos"))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(TaskFailedException.class)
                    .hasSuppressedException(error.getSuppressed()[0])
                    .satisfies(
                        e -> assertThat(e.getSuppressed()[0]).hasMessageContaining("photos")))
        .verify(BOUND);
  }

  @Test
  void aSubscriberOnAnotherThreadIsServedOneSignalAtATime() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    AtomicInteger count = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    sluice
        .submit(Flux.range(0, 5_000).map(i -> quick("t")))
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnNext(TaskResult result) {
                overlaps.addAndGet(inside.getAndIncrement());
                count.incrementAndGet();
                inside.decrementAndGet();
              }

              @Override
              protected void hookOnComplete() {
                done.countDown();
              }
            });
    Await.reached(done, "the end");
    assertThat(count).hasValue(5_000);
    assertThat(overlaps).hasValue(0);
  }
}
