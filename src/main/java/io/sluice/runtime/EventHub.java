package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/// Tells listeners what happens. Hot: a listener sees what happens after it has subscribed.
///
/// A listener that is slow loses events and is told how many; it never slows the scheduler. The library's
/// own, its watchers, are known to be quick: a drain resolves behind what they have still to be told.
final class EventHub implements Scannable {
  private final CopyOnWriteArrayList<EventListener> listeners = new CopyOnWriteArrayList<>();

  /// Written in the drain itself, where a store is all that they take.
  private final CopyOnWriteArrayList<EventRing> rings = new CopyOnWriteArrayList<>();

  private final Executor executor;
  private volatile boolean completed;

  /// Listeners and rings: one look where something may be told.
  private final AtomicInteger watcherCount = new AtomicInteger();

  /// @param executor where a drain resolves that a watcher's thread had to wait for
  EventHub(Executor executor) {
    this.executor = executor;
  }

  /// What happens from subscription on; so many events wait for a listener that is slow.
  Flux<TaskEvent> events(int bufferCount) {
    return EventFlux.assembled(this, bufferCount);
  }

  /// Calls `told` with what happens from now on, until what is returned is disposed of.
  Disposable watch(Consumer<? super TaskEvent> told, int bufferCount) {
    EventWatcher watcher = new EventWatcher(told);
    subscribe(new EventListener(this, watcher, bufferCount, true), watcher);
    return watcher;
  }

  private void subscribe(EventListener listener, CoreSubscriber<? super TaskEvent> actual) {
    actual.onSubscribe(listener);
    listeners.add(listener);
    watcherCount.getAndIncrement();
    if (completed) {
      listener.complete();
    } else if (listener.isCancelled()) {
      remove(listener);
    }
  }

  void remove(EventListener listener) {
    if (listeners.remove(listener)) {
      watcherCount.getAndDecrement();
    }
  }

  /// Keeps what happens from now on in a ring, until what is returned is disposed of.
  Disposable record(EventRing ring) {
    rings.add(ring);
    watcherCount.getAndIncrement();
    return Disposables.composite(() -> forget(ring));
  }

  private void forget(EventRing ring) {
    if (rings.remove(ring)) {
      watcherCount.getAndDecrement();
    }
  }

  /// Whether anybody wants to know what happens.
  boolean isWatched() {
    return watcherCount.get() > 0;
  }

  /// Takes an event down for each listener; in the drain.
  ///
  /// @return whether [#deliver] has to follow
  boolean note(TaskEvent event) {
    for (EventRing ring : rings) {
      ring.add(event);
    }
    for (EventListener listener : listeners) {
      listener.note(event);
    }
    return !listeners.isEmpty();
  }

  /// What runs `action` once watchers were told all that has been noted by now: the action itself where
  /// there are none. In the drain; to be run outside.
  Runnable behindNoted(Runnable action) {
    BehindEvents behind = null;
    for (EventListener listener : listeners) {
      if (listener.isWatcher()) {
        behind = behind == null ? new BehindEvents(action, executor) : behind;
        behind.waitFor(listener);
      }
    }
    return behind == null ? action : behind;
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
      hub.subscribe(new EventListener(hub, actual, bufferCount, false), actual);
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
