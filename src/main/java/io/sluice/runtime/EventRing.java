package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The newest events, as many as fit.
///
/// An event takes a place, or several if it is long ([KeptEvent]): then those behind it are empty. It is
/// forgotten with its first one.
///
/// **Threads.** The drain adds, any may look at the same time: what is overwritten meanwhile is left out. There is
/// one place more than are kept, so that the one being written is never one of the newest.
///
/// **Bound.** As many places as it was made for, and one; less than 500 bytes each.
public final class EventRing {
  private final int capacity;
  private final AtomicReferenceArray<@Nullable TaskEvent> places;

  /// Places that were ever written.
  private volatile long addedCount;

  /// Events that have gone; written by the drain.
  private final AtomicLong forgottenCount = new AtomicLong();

  public EventRing(int capacity) {
    this.capacity = capacity;
    this.places = new AtomicReferenceArray<>(capacity + 1);
  }

  /// One thread at a time.
  void add(TaskEvent event) {
    TaskEvent kept = KeptEvent.of(event, capacity);
    int count = Math.min(capacity, KeptEvent.places(kept));
    put(kept);
    for (int i = 1; i < count; i++) {
      put(null);
    }
  }

  /// The count is raised behind the store: who sees an event also sees a count that tells that its place is
  /// being written, or was.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread adds
  private void put(@Nullable TaskEvent event) {
    long place = addedCount;
    int leaving = (int) ((place + 1) % places.length());
    if (places.getPlain(leaving) != null) {
      forgottenCount.setRelease(forgottenCount.getPlain() + 1);
    }
    places.setRelease((int) (place % places.length()), event);
    addedCount = place + 1;
  }

  /// Those that are there, the oldest first.
  public List<TaskEvent> newest() {
    long end = addedCount;
    long start = Math.max(0, end - capacity);
    List<@Nullable TaskEvent> seen = new ArrayList<>((int) (end - start));
    for (long place = start; place < end; place++) {
      seen.add(places.getAcquire((int) (place % places.length())));
    }
    int stale = Math.clamp(addedCount - capacity - start, 0, seen.size());
    List<TaskEvent> events = new ArrayList<>(seen.size() - stale);
    for (TaskEvent event : seen.subList(stale, seen.size())) {
      if (event != null) {
        events.add(event);
      }
    }
    return events;
  }

  /// How many events are no longer there.
  public long overwrittenCount() {
    return forgottenCount.getAcquire();
  }
}
