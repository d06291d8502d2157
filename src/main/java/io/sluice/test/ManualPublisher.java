package io.sluice.test;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/// A publisher that a test steps by hand, and that counts exactly what is requested of it.
///
/// It keeps no rule for itself: it emits what it is told to, requested or not. For one subscriber.
///
/// **Threads.** Any; signals go out on the thread that gives them.
///
/// @param <T> what it emits
public final class ManualPublisher<T> extends Flux<T> {
  private static final long BOUND_SECONDS = 10;

  private final AtomicLong requested = new AtomicLong();
  private final AtomicLong emitted = new AtomicLong();
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private volatile @Nullable CoreSubscriber<? super T> actual;

  private ManualPublisher() {}

  /// A publisher that nobody has subscribed to yet.
  public static <T> ManualPublisher<T> create() {
    return new ManualPublisher<>();
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> subscriber) {
    if (actual != null) {
      throw new IllegalStateException(
          "a ManualPublisher has one subscriber; make another one for the second");
    }
    actual = subscriber;
    subscriber.onSubscribe(new Requests());
    subscribed.countDown();
  }

  /// Emits these, one after another.
  @SafeVarargs
  public final void next(T... elements) {
    for (T element : elements) {
      emitted.incrementAndGet();
      subscriber().onNext(element);
    }
  }

  public void complete() {
    subscriber().onComplete();
  }

  public void fail(Throwable error) {
    subscriber().onError(error);
  }

  /// Who has subscribed; waits 10 seconds at most for one that does so on another thread.
  public CoreSubscriber<? super T> subscriber() {
    await(subscribed, "subscription");
    return Objects.requireNonNull(actual);
  }

  public boolean isSubscribed() {
    return subscribed.getCount() == 0;
  }

  /// All that was requested so far.
  public long requested() {
    return requested.get();
  }

  /// All that was emitted so far.
  public long emitted() {
    return emitted.get();
  }

  /// Requested and not emitted yet.
  public long outstanding() {
    return requested.get() - emitted.get();
  }

  public boolean isCancelled() {
    return cancelled.getCount() == 0;
  }

  /// Checks that exactly so many were requested so far.
  public void assertRequested(long total) {
    if (requested() != total) {
      throw new AssertionError(
          String.format(
              Locale.ROOT, "%,d should have been requested, %,d were", total, requested()));
    }
  }

  /// Checks that the subscriber has cancelled.
  public void assertCancelled() {
    if (!isCancelled()) {
      throw new AssertionError("the subscriber should have cancelled");
    }
  }

  /// Waits until at least so many were requested in all, 10 seconds at most: for a pipeline that has
  /// threads of its own.
  public void awaitRequested(long total) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    synchronized (requested) {
      while (requested() < total) {
        long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
          assertRequested(total);
        }
        waitForRequest(leftMs);
      }
    }
  }

  private void waitForRequest(long milliseconds) {
    try {
      requested.wait(milliseconds);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while it waited for a request", interrupt);
    }
  }

  /// Waits until the subscriber has cancelled, 10 seconds at most: for a pipeline that has threads of its
  /// own.
  public void awaitCancelled() {
    await(cancelled, "cancel");
  }

  private static void await(CountDownLatch latch, String what) {
    try {
      if (!latch.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("there was no " + what);
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while it waited for a " + what, interrupt);
    }
  }

  private final class Requests implements Subscription {
    @Override
    public void request(long n) {
      synchronized (requested) {
        requested.addAndGet(n);
        requested.notifyAll();
      }
    }

    @Override
    public void cancel() {
      cancelled.countDown();
    }
  }
}
