package io.sluice.runtime;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/// Counts what it is given, and what is discarded in its name. The count of elements is plain: signals
/// side by side lose some.
final class StressSubscriber implements CoreSubscriber<Object> {
  final AtomicInteger discardedCount = new AtomicInteger();
  int elementCount;
  int endCount;

  /// Signals that came beside or inside another, and elements behind the end.
  int wrongCount;

  Subscription subscription;
  private boolean inside;

  @Override
  public Context currentContext() {
    return Context.of(
        "reactor.onDiscard.local", (Consumer<Object>) result -> discardedCount.incrementAndGet());
  }

  @Override
  public void onSubscribe(Subscription toRun) {
    subscription = toRun;
  }

  @Override
  public void onNext(Object element) {
    wrongCount += inside || endCount > 0 ? 1 : 0;
    inside = true;
    elementCount++;
    inside = false;
  }

  @Override
  public void onError(Throwable error) {
    onComplete();
  }

  @Override
  public void onComplete() {
    wrongCount += inside ? 1 : 0;
    endCount++;
  }
}
