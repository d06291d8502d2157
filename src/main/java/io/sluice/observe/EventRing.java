package io.sluice.observe;

import io.sluice.task.TaskEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The newest events, as many as fit.
///
/// **Threads.** One adds, any may look at the same time: what is overwritten meanwhile is left out.
///
/// **Bound.** As many events as it was made for.
final class EventRing {
  private final AtomicReferenceArray<@Nullable TaskEvent> places;
  private volatile long addedCount;

  EventRing(int capacity) {
    places = new AtomicReferenceArray<>(capacity);
  }

  /// One thread at a time.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread adds
  void add(TaskEvent event) {
    long place = addedCount;
    places.setRelease((int) (place % places.length()), event);
    addedCount = place + 1;
  }

  /// Those that are there, the oldest first.
  List<TaskEvent> newest() {
    long end = addedCount;
    long start = Math.max(0, end - places.length());
    List<TaskEvent> events = new ArrayList<>((int) (end - start));
    for (long place = start; place < end; place++) {
      TaskEvent event = places.getAcquire((int) (place % places.length()));
      if (event != null) {
        events.add(event);
      }
    }
    // One is being written by now, perhaps, beside those that are counted.
    long overwrittenUpTo = addedCount + 1 - places.length();
    int stale = Math.clamp(overwrittenUpTo - start, 0, events.size());
    return addedCount == end ? events : events.subList(stale, events.size());
  }

  /// How many are no longer there.
  long overwrittenCount() {
    return Math.max(0, addedCount - places.length());
  }
}
