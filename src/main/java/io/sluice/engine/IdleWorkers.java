package io.sluice.engine;

import java.util.function.IntPredicate;

/// The idle workers of a pool, the one that became idle last on top: it is the likeliest to be awake,
/// with warm caches.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class IdleWorkers {
  private static final int BUSY = -1;

  private final int[] stack;
  private final int[] placeOf;
  private int size;

  /// All of `workerCount` workers, the first one on top.
  IdleWorkers(int workerCount) {
    stack = new int[workerCount];
    placeOf = new int[workerCount];
    for (int worker = workerCount - 1; worker >= 0; worker--) {
      placeOf[worker] = BUSY;
      push(worker);
    }
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean contains(int worker) {
    return placeOf[worker] != BUSY;
  }

  boolean isAny(IntPredicate which) {
    for (int place = 0; place < size; place++) {
      if (which.test(stack[place])) {
        return true;
      }
    }
    return false;
  }

  /// The worker at this place, 0 being the one idle for longest.
  int at(int place) {
    return stack[place];
  }

  void push(int worker) {
    if (placeOf[worker] != BUSY) {
      throw new IllegalStateException(
          "worker " + worker + " is idle twice; this is a bug in Sluice");
    }
    placeOf[worker] = size;
    stack[size++] = worker;
  }

  int pop() {
    int worker = stack[--size];
    placeOf[worker] = BUSY;
    return worker;
  }

  void remove(int worker) {
    int place = placeOf[worker];
    for (int i = place + 1; i < size; i++) {
      stack[i - 1] = stack[i];
      placeOf[stack[i]] = i - 1;
    }
    size--;
    placeOf[worker] = BUSY;
  }
}
