package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.test.ManualPublisher;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// The subscriber's demand: it governs delivery, and its rules are kept.
class RequestTest extends RuntimeTest {

  @ParameterizedTest
  @EnumSource
  void resultsComeOneByOneAsTheyAreAskedFor(Way way) {
    Flux<Task> tasks = Flux.range(0, 3).map(i -> quick("t" + i));
    StepVerifier.create(way.results(sluice, tasks), 0)
        .thenRequest(1)
        .expectNextCount(1)
        .thenRequest(1)
        .expectNextCount(1)
        .thenRequest(1)
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void noMoreResultsComeThanWereAskedFor() {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    AtomicInteger seen = new AtomicInteger();
    BaseSubscriber<TaskResult> subscriber =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {}

          @Override
          protected void hookOnNext(TaskResult result) {
            seen.incrementAndGet();
          }
        };
    sluice.submit(tasks).subscribe(subscriber);
    Await.emitted(tasks, quick("a"), quick("b"), quick("c"), quick("d"));
    awaitUndelivered(4);
    subscriber.request(1);
    awaitUndelivered(3);
    assertThat(seen).hasValue(1);
    subscriber.request(2);
    awaitUndelivered(1);
    assertThat(seen).hasValue(3);
    subscriber.cancel();
  }

  private void awaitUndelivered(int count) {
    Await.until(
        count + " undelivered results", () -> settled().holder().startsWith(count + " result(s)"));
  }

  @ParameterizedTest
  @EnumSource
  void theEndNeedsNoRequest(Way way) {
    StepVerifier.create(way.results(sluice, Flux.empty()), 0).expectComplete().verify(BOUND);
    StepVerifier.create(way.results(sluice, Flux.just(failing("bad", new Exception("no")))), 0)
        .expectError()
        .verify(BOUND);
  }

  @ParameterizedTest
  @EnumSource
  void aRequestFromInsideOnNextDoesNotRecurse(Way way) {
    AtomicInteger depth = new AtomicInteger();
    AtomicInteger deepest = new AtomicInteger();
    AtomicInteger count = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    way.results(sluice, Flux.range(0, 1_000).map(i -> quick("t")))
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnSubscribe(Subscription subscription) {
                request(1);
              }

              @Override
              protected void hookOnNext(TaskResult result) {
                count.incrementAndGet();
                deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
                request(1);
                depth.decrementAndGet();
              }

              @Override
              protected void hookOnComplete() {
                done.countDown();
              }
            });
    Await.reached(done, "the end");
    assertThat(count).hasValue(1_000);
    assertThat(deepest).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource
  void demandWithoutEndStaysSo(Way way) {
    List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            way.results(sluice, Flux.range(0, 100).map(i -> quick("t")))
                .doOnSubscribe(subscriptions::add),
            Long.MAX_VALUE)
        .then(() -> subscriptions.getFirst().request(Long.MAX_VALUE))
        .then(() -> subscriptions.getFirst().request(1))
        .expectNextCount(100)
        .expectComplete()
        .verify(BOUND);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void aRequestForNothingIsAnError(long n) {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    StepVerifier.create(sluice.submit(tasks).doOnSubscribe(subscriptions::add))
        .then(() -> Await.emitted(tasks, kernels.task("a")))
        .then(() -> subscriptions.getFirst().request(n))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3.9")
                    .hasMessageContaining(String.valueOf(n)))
        .verify(BOUND);
    tasks.awaitCancelled();
  }

  @ParameterizedTest
  @EnumSource
  void aRequestForNothingBeforeTheRunIsOpenIsAnError(Way way) {
    assertThat(errorOfRequestInOnSubscribe(way.results(sluice, Flux.just(quick("a"))), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aRequestForNothingBehindTheLastTaskIsAnErrorAsWell(Way way) {
    List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            way.results(sluice, Flux.just(writing(1))).doOnSubscribe(subscriptions::add), 0)
        .then(() -> Await.until("the task's end", () -> sluice.figures().admittedCount() == 1))
        .then(() -> subscriptions.getFirst().request(-1))
        .expectError(IllegalArgumentException.class)
        .verify(BOUND);
  }

  @Test
  void aRequestForNothingBehindACancelIsNoSignal() {
    AtomicInteger signals = new AtomicInteger();
    sluice
        .submit(Flux.never())
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnSubscribe(Subscription subscription) {
                subscription.cancel();
                subscription.request(0);
              }

              @Override
              protected void hookOnError(Throwable error) {
                signals.incrementAndGet();
              }
            });
    var _ = settled();
    assertThat(signals).hasValue(0);
  }

  @Test
  void aProgramsRequestForNothingIsAnError() {
    assertThat(errorOfRequestInOnSubscribe(sluice.run(program -> Flux.never()), 0))
        .isInstanceOf(IllegalArgumentException.class);
    List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    StepVerifier.create(sluice.run(program -> Flux.never()).doOnSubscribe(subscriptions::add))
        .then(() -> subscriptions.getFirst().request(-1))
        .expectError(IllegalArgumentException.class)
        .verify(BOUND);
  }

  @Test
  void aListenersRequestForNothingIsAnError() {
    assertThat(errorOfRequestInOnSubscribe(sluice.events(), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static <T> Throwable errorOfRequestInOnSubscribe(Flux<T> publisher, long n) {
    CompletableFuture<Throwable> error = new CompletableFuture<>();
    publisher.subscribe(
        new CoreSubscriber<>() {
          @Override
          public void onSubscribe(Subscription subscription) {
            subscription.request(n);
          }

          @Override
          public void onNext(T element) {}

          @Override
          public void onError(Throwable failure) {
            error.complete(failure);
          }

          @Override
          public void onComplete() {}
        });
    return error.orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS).join();
  }
}
