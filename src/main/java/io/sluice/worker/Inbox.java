package io.sluice.worker;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The one item that waits for a worker.
///
/// It lies in either of two slots. A thief knows only the open one and so can't take the wrong item,
/// not even when the same object comes back as a member of a group while he hesitates.
///
/// | slot | put by | taken by | access |
/// | --- | --- | --- | --- |
/// | open | any thread | its worker, any other worker, who put it | compare and set |
/// | pinned | any thread | its worker, who put it | compare and set |
final class Inbox {
  private final AtomicReference<@Nullable Work> open = new AtomicReference<>();
  private final AtomicReference<@Nullable Work> pinned = new AtomicReference<>();

  /// Stores an item, with a full fence behind it; false if there is one already.
  boolean put(Work work, boolean stealable) {
    return isEmpty() && (stealable ? open : pinned).compareAndSet(null, work);
  }

  /// For the worker: its item, if there is one.
  @Nullable Work take() {
    Work work = takeFrom(open);
    return work != null ? work : takeFrom(pinned);
  }

  private static @Nullable Work takeFrom(AtomicReference<@Nullable Work> slot) {
    Work work = slot.get();
    return work != null && slot.compareAndSet(work, null) ? work : null;
  }

  /// For a thief: what he could take.
  @Nullable Work peekOpen() {
    return open.get();
  }

  /// For a thief: takes the item if it still lies there.
  boolean takeOpen(Work work) {
    return open.compareAndSet(work, null);
  }

  /// For who put it: takes it back; false if somebody has it already.
  boolean retract(Work work) {
    return open.compareAndSet(work, null) || pinned.compareAndSet(work, null);
  }

  boolean isEmpty() {
    return open.get() == null && pinned.get() == null;
  }
}
