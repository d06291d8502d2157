package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// Ready tasks in the order in which they became ready, linked through their slots: any of them can be
/// taken out at once.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class ReadyList {
  @Nullable Slot first;
  private @Nullable Slot last;

  boolean isEmpty() {
    return first == null;
  }

  void add(Slot slot) {
    slot.lanePrevious = last;
    if (last == null) {
      first = slot;
    } else {
      last.laneNext = slot;
    }
    last = slot;
  }

  void remove(Slot slot) {
    Slot before = slot.lanePrevious;
    Slot behind = slot.laneNext;
    if (before == null) {
      first = behind;
    } else {
      before.laneNext = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.lanePrevious = before;
    }
    slot.laneNext = null;
    slot.lanePrevious = null;
  }
}
