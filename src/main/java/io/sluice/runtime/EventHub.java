package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/// Tells listeners what happens. Hot: a listener sees what happens after it has subscribed.
///
/// A listener that is slow loses events and is told how many; it never slows the scheduler.
final class EventHub extends Flux<TaskEvent> {
  private final CopyOnWriteArrayList<EventListener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean completed;

  @Override
  public void subscribe(CoreSubscriber<? super TaskEvent> actual) {
    EventListener listener = new EventListener(this, actual);
    actual.onSubscribe(listener);
    listeners.add(listener);
    if (completed) {
      listener.complete();
    } else if (listener.isCancelled()) {
      listeners.remove(listener);
    }
  }

  void remove(EventListener listener) {
    listeners.remove(listener);
  }

  boolean hasListeners() {
    return !listeners.isEmpty();
  }

  /// Takes an event down for each listener; in the drain, to be followed by [#deliver].
  void note(TaskEvent event) {
    for (EventListener listener : listeners) {
      listener.note(event);
    }
  }

  /// Hands over what listeners have asked for; outside the drain.
  void deliver() {
    for (EventListener listener : listeners) {
      listener.deliver();
    }
  }

  /// No more events will come, also not to those who subscribe later.
  void complete() {
    completed = true;
    for (EventListener listener : listeners) {
      listener.complete();
    }
  }
}
