package io.sluice;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/// A publisher that a test steps by hand, and that counts exactly what is requested of it. It keeps
/// no rule for itself: a test may break them all. For one subscriber.
final class HandPublisher<T> extends Flux<T> {
  private final AtomicLong requested = new AtomicLong();
  private final AtomicLong emitted = new AtomicLong();
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private volatile LongConsumer onRequest = total -> {};
  private volatile @Nullable CoreSubscriber<? super T> actual;

  @Override
  public void subscribe(CoreSubscriber<? super T> subscriber) {
    actual = subscriber;
    subscriber.onSubscribe(new Requests());
    subscribed.countDown();
  }

  /// Is called with the total at each request.
  HandPublisher<T> onRequested(LongConsumer listener) {
    onRequest = listener;
    return this;
  }

  CoreSubscriber<? super T> subscriber() {
    Await.reached(subscribed, "a subscription");
    return java.util.Objects.requireNonNull(actual);
  }

  /// Emits each as soon as it was requested.
  @SafeVarargs
  final void next(T... elements) {
    for (T element : elements) {
      awaitRequested(emitted.get() + 1);
      nextUnasked(element);
    }
  }

  /// Emits whether it was requested or not.
  void nextUnasked(T element) {
    emitted.incrementAndGet();
    subscriber().onNext(element);
  }

  void complete() {
    subscriber().onComplete();
  }

  void fail(Throwable error) {
    subscriber().onError(error);
  }

  long requested() {
    return requested.get();
  }

  void awaitRequested(long total) {
    Await.until("a total request of " + total, () -> requested.get() >= total);
  }

  boolean isCancelled() {
    return cancelled.getCount() == 0;
  }

  void awaitCancelled() {
    Await.reached(cancelled, "a cancel");
  }

  private final class Requests implements Subscription {
    @Override
    public void request(long n) {
      onRequest.accept(requested.addAndGet(n));
    }

    @Override
    public void cancel() {
      cancelled.countDown();
    }
  }
}
