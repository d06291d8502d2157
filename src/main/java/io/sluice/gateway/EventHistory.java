package io.sluice.gateway;

import io.sluice.Sluice;
import io.sluice.task.TaskEvent;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/// The last events of a runtime, numbered from 1, for any number of readers that each go at their own
/// pace.
///
/// It begins to listen with the first reader, since a runtime tells events only while somebody does, and
/// then goes on.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `entries` | the listener writes, readers read | release, acquire |
/// | `last` | the listener | volatile |
final class EventHistory implements Disposable {
  private static final int BUFFER_EVENTS = 65_536;

  private final Sluice sluice;
  private final Scheduler listener;
  private final AtomicReferenceArray<@Nullable Entry> entries;
  private final Disposable.Swap listening = Disposables.swap();
  private volatile long last;
  private boolean begun;

  /// An event and its number.
  ///
  /// @param id from 1
  /// @param event what happened
  record Entry(long id, TaskEvent event) {}

  /// @param listener where events are taken down: never on a worker's thread
  EventHistory(Sluice sluice, int count, Scheduler listener) {
    this.sluice = sluice;
    this.listener = listener;
    this.entries = new AtomicReferenceArray<>(count);
  }

  /// Begins to listen. Does nothing the second time.
  synchronized void begin() {
    if (!begun) {
      begun = true;
      var _ =
          listening.update(
              sluice
                  .events(BUFFER_EVENTS)
                  .publishOn(listener, BUFFER_EVENTS)
                  .subscribe(this::take, error -> {}));
    }
  }

  private void take(TaskEvent event) {
    long id = last + 1;
    entries.lazySet(placeOf(id), new Entry(id, event));
    last = id;
  }

  private int placeOf(long id) {
    return (int) (id % entries.length());
  }

  /// The number of the last event; 0 before the first.
  long last() {
    return last;
  }

  /// The number of the oldest event that is kept.
  long oldest() {
    return Math.max(1, last - entries.length() + 2);
  }

  /// The event of this number; null if it is not kept any more, or has not happened.
  @Nullable Entry get(long id) {
    Entry entry = entries.getAcquire(placeOf(id));
    return entry != null && entry.id() == id ? entry : null;
  }

  @Override
  public void dispose() {
    listening.dispose();
  }
}
