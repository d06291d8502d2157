package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// The ready tasks of one run in one queue: the highest priority first, first in, first out within a
/// priority, the oldest at the latest when [#MAX_PASSES] have passed it.
///
/// Why not a priority that rises with age: behind a long backlog all tasks are old, and an urgent one
/// would be no more than one of them. Here it stays first, and costs the backlog one turn in 65.
///
/// **Bound.** Of each `MAX_PASSES + 1` tasks in a row one is the oldest: who finds `n` tasks ready in
/// the lane is taken after at most `n * (MAX_PASSES + 1) + MAX_PASSES` others of it.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class ReadyLane {
  /// How many tasks of a higher priority may be taken in a row before the oldest one is.
  static final int MAX_PASSES = 64;

  final ReadyQueue queue;
  private final ReadyList usual = new ReadyList();

  /// Made when the first task with a priority comes.
  private @Nullable ReadyRanks ranks;

  @Nullable ReadyLane next;
  @Nullable ReadyLane previous;

  ReadyLane(ReadyQueue queue) {
    this.queue = queue;
  }

  boolean isEmpty() {
    return usual.isEmpty() && (ranks == null || ranks.isEmpty());
  }

  void add(Slot slot) {
    slot.lane = this;
    if (slot.task.priority() == 0) {
      usual.add(slot);
      return;
    }
    if (ranks == null) {
      ranks = new ReadyRanks();
    }
    ranks.add(slot);
  }

  void remove(Slot slot) {
    slot.lane = null;
    if (ranks == null || slot.task.priority() == 0) {
      usual.remove(slot);
    } else {
      ranks.remove(slot);
    }
  }

  /// The next to be taken.
  @Nullable Slot peek() {
    if (ranks == null || ranks.isEmpty()) {
      return usual.first;
    }
    return ranks.passCount < MAX_PASSES ? ranks.highest(usual.first) : ranks.oldest(usual.first);
  }

  /// The one that became ready first.
  @Nullable Slot oldest() {
    return ranks == null || ranks.isEmpty() ? usual.first : ranks.oldest(usual.first);
  }

  /// Takes the next.
  @Nullable Slot poll() {
    Slot slot = peek();
    if (ranks != null) {
      ranks.passCount = slot == oldest() ? 0 : ranks.passCount + 1;
    }
    if (slot != null) {
      remove(slot);
    }
    return slot;
  }
}
