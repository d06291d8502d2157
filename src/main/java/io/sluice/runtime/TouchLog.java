package io.sluice.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Who touched one result, for the case that it leaks. Made for results that are sampled only.
///
/// **Bound.** The first touch, which is the hand-over, and the last [#LAST_LIMIT].
///
/// **Threads.** Any.
final class TouchLog {
  static final int LAST_LIMIT = 7;

  private final Throwable first;
  private final ArrayDeque<Throwable> last = new ArrayDeque<>(LAST_LIMIT);
  private long droppedCount;

  TouchLog(String firstTouch) {
    this.first = touchOf(firstTouch);
  }

  void add(String what) {
    Throwable touch = touchOf(what);
    synchronized (this) {
      if (last.size() == LAST_LIMIT) {
        last.removeFirst();
        droppedCount++;
      }
      last.addLast(touch);
    }
  }

  private static Throwable touchOf(String what) {
    return new Throwable(what + ", on thread " + Thread.currentThread().getName());
  }

  synchronized List<Throwable> touches() {
    List<Throwable> touches = new ArrayList<>(last);
    touches.addFirst(first);
    return touches;
  }

  synchronized long droppedCount() {
    return droppedCount;
  }
}
