package io.sluice.engine;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/// The slots that are not consumed: a list in each run that has any.
///
/// **Bound.** Memory follows what is alive: neither a fixed window nor the length of the stream. A straggler keeps
/// itself.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class LiveSlots {
  /// Runs with a live slot; a run may be closed before its last slot is consumed.
  private final Set<Run> runs = new LinkedHashSet<>();

  private int count;

  void add(Slot slot) {
    if (slot.run.firstSlot == null) {
      runs.add(slot.run);
    }
    slot.run.link(slot);
    count++;
  }

  void remove(Slot slot) {
    if (slot.runPrevious == null && slot.run.firstSlot != slot) {
      throw new IllegalStateException(slot + " was removed twice; this is a bug in Sluice");
    }
    slot.run.unlink(slot);
    if (slot.run.firstSlot == null) {
      runs.remove(slot.run);
    }
    count--;
  }

  int count() {
    return count;
  }

  /// Shows the live slots, in no order that matters.
  void forEach(Consumer<Slot> visitor) {
    for (Run run : runs) {
      run.forEachSlot(visitor);
    }
  }
}
