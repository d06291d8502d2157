package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/// Tells listeners what happens. Hot: a listener sees what happens after it has subscribed.
///
/// A listener that is slow loses events and is told how many; it never slows the scheduler.
final class EventHub implements Scannable {
  private final CopyOnWriteArrayList<EventListener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean completed;

  /// What happens from subscription on; so many events wait for a listener that is slow.
  Flux<TaskEvent> events(int bufferCount) {
    return EventFlux.assembled(this, bufferCount);
  }

  private void subscribe(CoreSubscriber<? super TaskEvent> actual, int capacity) {
    EventListener listener = new EventListener(this, actual, capacity);
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

  @Override
  public Stream<? extends Scannable> inners() {
    return listeners.stream();
  }

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    return key == Attr.TERMINATED ? completed : null;
  }

  @Override
  public String stepName() {
    return "sluice";
  }

  private static final class EventFlux extends Flux<TaskEvent> implements Scannable {
    private final EventHub hub;
    private final int bufferCount;

    private EventFlux(EventHub hub, int bufferCount) {
      this.hub = hub;
      this.bufferCount = bufferCount;
    }

    static Flux<TaskEvent> assembled(EventHub hub, int bufferCount) {
      EventFlux events = new EventFlux(hub, bufferCount);
      return Assembly.traced(events, onAssembly(events), events.stepName());
    }

    @Override
    public void subscribe(CoreSubscriber<? super TaskEvent> actual) {
      hub.subscribe(actual, bufferCount);
    }

    @Override
    @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
    public @Nullable Object scanUnsafe(Attr key) {
      if (key == Attr.PARENT) {
        return hub;
      }
      if (key == Attr.CAPACITY) {
        return bufferCount;
      }
      return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public String stepName() {
      return "events";
    }
  }
}
