package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The newest events, as many as fit.
///
/// **Threads.** The drain adds, any may look at the same time: what is overwritten meanwhile is left out. There is
/// one place more than events are kept, so that the one being written is never one of the newest.
///
/// **Bound.** As many events as it was made for, and one.
public final class EventRing {
  private final int capacity;
  private final AtomicReferenceArray<@Nullable TaskEvent> places;
  private volatile long addedCount;

  public EventRing(int capacity) {
    this.capacity = capacity;
    this.places = new AtomicReferenceArray<>(capacity + 1);
  }

  /// One thread at a time. The count is raised behind the store: who sees an event also sees a count that
  /// tells that its place is being written, or was.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread adds
  void add(TaskEvent event) {
    long place = addedCount;
    places.setRelease((int) (place % places.length()), event);
    addedCount = place + 1;
  }

  /// Those that are there, the oldest first.
  public List<TaskEvent> newest() {
    long end = addedCount;
    long start = Math.max(0, end - capacity);
    List<TaskEvent> events = new ArrayList<>((int) (end - start));
    for (long place = start; place < end; place++) {
      TaskEvent event = places.getAcquire((int) (place % places.length()));
      if (event != null) {
        events.add(event);
      }
    }
    int stale = Math.clamp(addedCount - capacity - start, 0, events.size());
    return events.subList(stale, events.size());
  }

  /// How many are no longer there.
  public long overwrittenCount() {
    return Math.max(0, addedCount - capacity);
  }
}
