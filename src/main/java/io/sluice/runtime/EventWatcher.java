package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;

/// Has all events told to a listener, as they come.
///
/// **Threads.** Any may dispose of it. Events come one at a time.
final class EventWatcher implements CoreSubscriber<TaskEvent>, Disposable {
  private final Consumer<? super TaskEvent> listener;
  private @Nullable Subscription subscription;
  private volatile boolean over;

  EventWatcher(Consumer<? super TaskEvent> listener) {
    this.listener = listener;
  }

  @Override
  public void onSubscribe(Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(TaskEvent event) {
    listener.accept(event);
  }

  @Override
  public void onError(Throwable failure) {
    over = true;
  }

  @Override
  public void onComplete() {
    over = true;
  }

  /// Behind `watch`, which has subscribed it.
  @Override
  public void dispose() {
    over = true;
    Objects.requireNonNull(subscription).cancel();
  }

  @Override
  public boolean isDisposed() {
    return over;
  }
}
