package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// The tasks of a sequential run whose outcome the shell was not told yet, in the order of admission:
/// a completed one waits here until all before it are decided. One that fails leaves no gap.
///
/// No wait can close a circle through it: a result waits for earlier tasks only, and a task only for
/// earlier tasks and results.
///
/// **Bound.** Each task in it is undecided or has an undelivered result, so it holds no more than the
/// run may have in flight.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Turns {
  private @Nullable Turn first;
  private @Nullable Turn last;
  private int completedCount;

  void add(Slot slot) {
    Turn turn = new Turn(slot, last);
    slot.extras().turn = turn;
    if (last == null) {
      first = turn;
    } else {
      last.next = turn;
    }
    last = turn;
  }

  /// Notes that a task in it has completed, and now waits for those before it.
  void completed() {
    completedCount++;
  }

  /// How many results wait for tasks before theirs.
  int completedCount() {
    return completedCount;
  }

  /// The task that all others wait for; null if there is none.
  @Nullable Slot firstSlot() {
    return first == null ? null : first.slot;
  }

  /// Takes the first one if it has completed.
  @Nullable Slot pollCompleted() {
    return first != null && hasCompleted(first.slot) ? taken(first) : null;
  }

  /// Forgets those that nobody waits for any more: the undecided ones before the first that has
  /// completed.
  void forgetUndecided() {
    while (first != null && !hasCompleted(first.slot)) {
      remove(first);
    }
  }

  private static boolean hasCompleted(Slot slot) {
    return slot.isDecided() && !slot.failed();
  }

  private Slot taken(Turn turn) {
    completedCount--;
    remove(turn);
    return turn.slot;
  }

  /// Takes one that has failed out.
  void remove(Turn turn) {
    if (turn.previous == null) {
      first = turn.next;
    } else {
      turn.previous.next = turn.next;
    }
    if (turn.next == null) {
      last = turn.previous;
    } else {
      turn.next.previous = turn.previous;
    }
    turn.slot.extras().turn = null;
  }

  /// The place of one task.
  static final class Turn {
    private final Slot slot;
    private @Nullable Turn previous;
    private @Nullable Turn next;

    private Turn(Slot slot, @Nullable Turn previous) {
      this.slot = slot;
      this.previous = previous;
    }
  }
}
