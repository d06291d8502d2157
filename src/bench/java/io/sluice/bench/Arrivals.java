package io.sluice.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/// The subscriber to which every contender delivers each element, one at a time.
///
/// It counts, and lets the driver wait for the end. What does not arrive as often as it should is an
/// error: a contender that loses elements has no figure.
final class Arrivals implements CoreSubscriber<Object> {
  private static final long BOUND_S = 120;

  private final CountDownLatch ended = new CountDownLatch(1);
  private long count;
  private @Nullable Throwable failure;

  /// Subscribes, and waits until that many elements have come and the publisher has completed.
  static void awaitAll(long expectedCount, Publisher<?> publisher) {
    Arrivals arrivals = new Arrivals();
    publisher.subscribe(arrivals);
    arrivals.await(expectedCount);
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Object element) {
    count++;
  }

  @Override
  public void onError(Throwable error) {
    failure = error;
    ended.countDown();
  }

  @Override
  public void onComplete() {
    ended.countDown();
  }

  void await(long expectedCount) {
    try {
      if (!ended.await(BOUND_S, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no end within " + BOUND_S + " s, " + count + " arrived");
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
    if (failure != null) {
      throw new IllegalStateException("a contender failed", failure);
    }
    if (count != expectedCount) {
      throw new IllegalStateException(count + " elements arrived of " + expectedCount);
    }
  }
}
