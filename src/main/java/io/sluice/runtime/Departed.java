package io.sluice.runtime;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/// Takes the place of a subscriber whose run is over, so that nothing that outlives the run keeps the
/// subscriber (Reactive Streams 3.13). Its context stays, for the hooks that are told of what comes
/// late.
record Departed<T>(Context currentContext) implements CoreSubscriber<T> {

  /// For a subscriber that has got its last signal, or wants none.
  static <T> CoreSubscriber<T> of(CoreSubscriber<?> subscriber) {
    return new Departed<>(contextOf(subscriber));
  }

  private static Context contextOf(CoreSubscriber<?> subscriber) {
    try {
      return subscriber.currentContext();
    } catch (Throwable broken) {
      return Context.empty();
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
