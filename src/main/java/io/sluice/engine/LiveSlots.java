package io.sluice.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The slots that are not consumed: a list in each run that has any.
///
/// **Bound.** Memory follows what is alive: neither a fixed window nor the length of the stream. A straggler keeps
/// itself.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class LiveSlots {
  /// A run with a live slot, the first of a list; it may be closed before its last slot is consumed. Linked through the
  /// runs themselves: a claim that has begun must not fail for want of memory.
  private @Nullable Run firstRun;

  private int count;

  void add(Slot slot) {
    if (slot.run.firstSlot == null) {
      link(slot.run);
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
      unlink(slot.run);
    }
    count--;
  }

  private void link(Run run) {
    run.liveNext = firstRun;
    if (firstRun != null) {
      firstRun.livePrevious = run;
    }
    firstRun = run;
  }

  private void unlink(Run run) {
    if (run.livePrevious == null) {
      firstRun = run.liveNext;
    } else {
      run.livePrevious.liveNext = run.liveNext;
    }
    if (run.liveNext != null) {
      run.liveNext.livePrevious = run.livePrevious;
    }
    run.liveNext = null;
    run.livePrevious = null;
  }

  int count() {
    return count;
  }

  /// Shows the live slots, in no order that matters.
  void forEach(Consumer<Slot> visitor) {
    for (Run run = firstRun; run != null; run = run.liveNext) {
      run.forEachSlot(visitor);
    }
  }
}
