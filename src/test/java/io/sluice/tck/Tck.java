package io.sluice.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.CoreSubscriber;

/// What the verifications by the Reactive Streams TCK share.
public final class Tck {
  /// What is expected comes at once, or on a busy machine late.
  private static final long EXPECTED_WITHIN_MS = 10_000;

  /// What must not come is waited for so long, many times over: too short hides a fault, seldom, and
  /// never reports one that is not there.
  private static final long NOT_WITHIN_MS = 20;

  private static final long POLL_MS = 10;

  /// The most elements that a publisher can be asked for by the TCK.
  public static final long UNBOUNDED = Long.MAX_VALUE - 1;

  private Tck() {}

  public static TestEnvironment environment() {
    return new TestEnvironment(EXPECTED_WITHIN_MS, NOT_WITHIN_MS, POLL_MS);
  }

  /// The publisher as it is: to a plain subscriber Reactor lends a guard that keeps some rules for it.
  public static <T> Publisher<T> unguarded(Publisher<T> publisher) {
    return subscriber -> publisher.subscribe(subscriber == null ? null : new Bare<>(subscriber));
  }

  /// Has a subscriber collected that nobody should know any more.
  public static void awaitCollected(Reference<?> reference) {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EXPECTED_WITHIN_MS);
    while (reference.get() != null && System.nanoTime() < deadlineNs) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(reference.get()).as("what a cancelled subscriber is held by").isNull();
  }

  private record Bare<T>(Subscriber<? super T> actual) implements CoreSubscriber<T> {
    @Override
    public void onSubscribe(Subscription subscription) {
      actual.onSubscribe(subscription);
    }

    @Override
    public void onNext(T element) {
      actual.onNext(element);
    }

    @Override
    public void onError(Throwable error) {
      actual.onError(error);
    }

    @Override
    public void onComplete() {
      actual.onComplete();
    }
  }
}
