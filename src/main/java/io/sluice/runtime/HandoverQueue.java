package io.sluice.runtime;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A queue from the drain to a delivery: one adds, one takes, any may ask for the size. Unbounded; its
/// users bound it.
///
/// Not one of Reactor's, because Reactor wraps those where context propagation is automatic: each
/// `offer` would read registered thread-locals, which is users' code, inside the drain, and each
/// `poll` would set them, for whichever run the thread had to do with.
///
/// **Order.** What came before `offer` happens-before what follows the `poll` that takes it.
final class HandoverQueue<T> {
  private final AtomicLong addedCount = new AtomicLong();
  private final AtomicLong takenCount = new AtomicLong();

  /// Of who takes: the one taken last.
  private Node<T> head = new Node<>(null);

  /// Of who adds: the one added last.
  private Node<T> tail = head;

  /// For the one that adds.
  void offer(T element) {
    Node<T> added = new Node<>(element);
    addedCount.setRelease(addedCount.getPlain() + 1);
    tail.setRelease(added);
    tail = added;
  }

  /// For the one that takes; null if there is none.
  @Nullable T poll() {
    Node<T> next = head.getAcquire();
    if (next == null) {
      return null;
    }
    T element = next.element;
    next.element = null;
    head = next;
    takenCount.setRelease(takenCount.getPlain() + 1);
    return element;
  }

  /// For the one that takes.
  boolean isEmpty() {
    return head.getAcquire() == null;
  }

  /// For anybody; of who adds, never too small.
  int size() {
    long taken = takenCount.getAcquire();
    return Math.clamp(addedCount.getAcquire() - taken, 0, Integer.MAX_VALUE);
  }

  private static final class Node<T> extends AtomicReference<@Nullable Node<T>> {
    @Nullable T element;

    Node(@Nullable T element) {
      this.element = element;
    }
  }
}
