package io.sluice.runtime;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/// Takes the place of a subscriber whose run is over, so that nothing that outlives the run keeps the
/// subscriber (Reactive Streams 3.13). Its context stays, for the hooks that are told of what comes
/// late.
record Departed<T>(Context currentContext) implements CoreSubscriber<T> {
  private static final Departed<Object> WITHOUT_CONTEXT = new Departed<>(Context.empty());

  /// For a subscriber that has got its last signal, or wants none.
  @SuppressWarnings("unchecked") // it takes anything
  static <T> CoreSubscriber<T> of(CoreSubscriber<?> subscriber) {
    return (CoreSubscriber<T>) departed(subscriber);
  }

  /// What a subscriber answers is users' code.
  private static Departed<Object> departed(CoreSubscriber<?> subscriber) {
    try {
      Context context = subscriber.currentContext();
      return context.isEmpty() ? WITHOUT_CONTEXT : new Departed<>(context);
    } catch (Throwable broken) {
      return WITHOUT_CONTEXT;
    }
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.cancel();
  }

  @Override
  public void onNext(T element) {
    // nobody is there
  }

  @Override
  public void onError(Throwable error) {
    // nobody is there
  }

  @Override
  public void onComplete() {
    // nobody is there
  }
}
