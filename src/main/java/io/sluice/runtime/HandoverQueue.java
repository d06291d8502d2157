package io.sluice.runtime;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A queue from the drain to a delivery: one adds, one takes, any may ask for the size. Unbounded; its
/// users bound it.
///
/// Not one of Reactor's, because Reactor wraps those where context propagation is automatic: each
/// `offer` would read registered thread-locals, which is users' code, inside the drain, and each
/// `poll` would set them, for whichever run the thread had to do with.
///
/// Elements lie in chunks, each linked to the next: nothing is allocated for most, and what is stored is stored
/// into memory as young as itself, which a collector keeps no books of.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `addedCount` | who adds | released behind what it counts, acquired |
/// | `takenCount` | who takes | released, acquired by those who ask for the size |
/// | `tail` | who adds | plain |
/// | `head` | who takes | plain |
///
/// **Order.** What came before `offer` happens-before what follows the `poll` that takes it.
final class HandoverQueue<T> {
  private static final int CHUNK_SIZE = 32;

  private final AtomicLong addedCount = new AtomicLong();
  private final AtomicLong takenCount = new AtomicLong();

  /// Holds the one taken next, or, where all of it are taken, leads to the chunk that does.
  private Chunk head = new Chunk();

  /// Holds the one added last.
  private Chunk tail = head;

  /// For the one that adds.
  void offer(T element) {
    long count = addedCount.getPlain();
    if (startsChunk(count)) {
      Chunk added = new Chunk();
      tail.next = added;
      tail = added;
    }
    tail.elements[placeOf(count)] = element;
    addedCount.setRelease(count + 1);
  }

  /// For the one that takes; null if there is none.
  @SuppressWarnings("unchecked") // only elements of this type are ever added
  @Nullable T poll() {
    long count = takenCount.getPlain();
    if (addedCount.getAcquire() == count) {
      return null;
    }
    if (startsChunk(count)) {
      head = Objects.requireNonNull(head.next);
    }
    T element = (T) head.elements[placeOf(count)];
    head.elements[placeOf(count)] = null;
    takenCount.setRelease(count + 1);
    return element;
  }

  private static boolean startsChunk(long count) {
    return count > 0 && placeOf(count) == 0;
  }

  private static int placeOf(long count) {
    return (int) count & (CHUNK_SIZE - 1);
  }

  /// For the one that takes.
  boolean isEmpty() {
    return addedCount.getAcquire() == takenCount.getPlain();
  }

  /// For anybody; of who adds, never too small.
  int size() {
    long taken = takenCount.getAcquire();
    return Math.clamp(addedCount.getAcquire() - taken, 0, Integer.MAX_VALUE);
  }

  private static final class Chunk {
    final @Nullable Object[] elements = new @Nullable Object[CHUNK_SIZE];
    @Nullable Chunk next;
  }
}
