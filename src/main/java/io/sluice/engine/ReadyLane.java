package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// The ready tasks of one run in one queue, first in, first out.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class ReadyLane {
  final ReadyQueue queue;
  @Nullable Slot first;
  @Nullable Slot last;
  @Nullable ReadyLane next;
  @Nullable ReadyLane previous;

  ReadyLane(ReadyQueue queue) {
    this.queue = queue;
  }

  boolean isEmpty() {
    return first == null;
  }

  void add(Slot slot) {
    slot.lane = this;
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
    slot.lane = null;
    slot.laneNext = null;
    slot.lanePrevious = null;
  }
}
