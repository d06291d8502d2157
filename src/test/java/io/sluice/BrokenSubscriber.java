package io.sluice;

import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/// A subscriber that throws from one of its methods, where it must not.
final class BrokenSubscriber implements CoreSubscriber<Object> {
  private final String method;
  private final RuntimeException failure;
  private final AtomicInteger seen;

  /// @param method the name of the method that throws
  BrokenSubscriber(String method, RuntimeException failure) {
    this(method, failure, new AtomicInteger());
  }

  /// @param seen counts the elements
  BrokenSubscriber(String method, RuntimeException failure, AtomicInteger seen) {
    this.method = method;
    this.failure = failure;
    this.seen = seen;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Object element) {
    seen.incrementAndGet();
    throwIf("onNext");
  }

  @Override
  public void onError(Throwable error) {
    throwIf("onError");
  }

  @Override
  public void onComplete() {
    throwIf("onComplete");
  }

  private void throwIf(String here) {
    if (method.equals(here)) {
      throw failure;
    }
  }
}
