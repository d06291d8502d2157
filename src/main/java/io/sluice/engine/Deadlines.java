package io.sluice.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Times at which something is due, for the tasks that have one: a binary heap, the nearest on top. A
/// task that has none costs nothing here.
///
/// **Bound.** One for each live task that has a timeout or waits to be tried again.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Deadlines {
  private static final int FIRST_CAPACITY = 16;
  private static final int NOWHERE = -1;

  private final Core core;
  private @Nullable SlotControl[] heap = new @Nullable SlotControl[FIRST_CAPACITY];
  private int size;
  private long nextStamp;

  Deadlines(Core core) {
    this.core = core;
  }

  /// The nearest time; `Long.MAX_VALUE` if nothing is due.
  long earliestNs() {
    return size == 0 ? Long.MAX_VALUE : at(0).dueNs;
  }

  /// The first member of an attempt goes to its worker: its time, which is limited, begins.
  void attemptStarts(Slot slot) {
    SlotControl control = slot.control();
    remove(control);
    control.startedNs = core.now();
    add(control, slot.task.timeoutNs());
  }

  /// Something is due after so long. There must be nothing due yet.
  void add(SlotControl control, long delayNs) {
    if (control.place != NOWHERE) {
      throw new IllegalStateException(control.slot + " is due twice; this is a bug in Sluice");
    }
    control.dueNs = core.now() + Math.min(delayNs, Long.MAX_VALUE - core.now());
    control.stamp = nextStamp++;
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    siftUp(size++, control);
  }

  /// Takes the nearest one if its time has come; null if it has not.
  @Nullable SlotControl pollDue() {
    if (size == 0 || at(0).dueNs > core.now()) {
      return null;
    }
    SlotControl due = at(0);
    remove(due);
    return due;
  }

  /// Nothing is due any more, if anything was.
  void remove(SlotControl control) {
    int place = control.place;
    if (place == NOWHERE) {
      return;
    }
    control.place = NOWHERE;
    SlotControl last = at(--size);
    heap[size] = null;
    if (last != control) {
      siftDown(place, last);
      if (heap[place] == last) {
        siftUp(place, last);
      }
    }
  }

  private void siftUp(int from, SlotControl control) {
    int place = from;
    while (place > 0 && isBefore(control, at((place - 1) / 2))) {
      put(place, at((place - 1) / 2));
      place = (place - 1) / 2;
    }
    put(place, control);
  }

  private void siftDown(int from, SlotControl control) {
    int place = from;
    for (int child = firstChild(place); child < size; child = firstChild(place)) {
      if (isBefore(control, at(child))) {
        break;
      }
      put(place, at(child));
      place = child;
    }
    put(place, control);
  }

  /// The nearer one of the two children, if there are any.
  private int firstChild(int place) {
    int left = 2 * place + 1;
    return left + 1 < size && isBefore(at(left + 1), at(left)) ? left + 1 : left;
  }

  private static boolean isBefore(SlotControl one, SlotControl other) {
    return one.dueNs != other.dueNs ? one.dueNs < other.dueNs : one.stamp < other.stamp;
  }

  private void put(int place, SlotControl control) {
    heap[place] = control;
    control.place = place;
  }

  private SlotControl at(int place) {
    SlotControl control = heap[place];
    if (control == null) {
      throw new IllegalStateException("an empty place in the heap; this is a bug in Sluice");
    }
    return control;
  }
}
