package io.sluice.worker;

/// Waits for an item for as long as a wake-up would cost, at most.
///
/// It spins longer while that pays, and shorter while it doesn't, but for a full one now and then, lest
/// it never finds out that times have changed. On a machine whose cores are all busy a long spin is
/// worse than none: a sleeper often wakes up on the core of who woke it, and would spin there in its
/// place.
///
/// **Confinement.** Owned by one worker's thread.
final class Spinner {
  private static final int MOST_ROUNDS = 200;
  private static final int FEWEST_ROUNDS = 25;
  private static final int ROUNDS_AT_THE_DOOR = 10;
  private static final int FAILURES_BEFORE_A_FULL_SPIN = 32;

  private final SpinBudget budget;
  private int rounds = MOST_ROUNDS;
  private int failures;

  Spinner(SpinBudget budget) {
    this.budget = budget;
  }

  /// Returns once there is an item or patience is at its end; at once, if it may not spin at all.
  ///
  /// @return whether it did spin
  boolean await(Inbox inbox) {
    if (!enter(inbox)) {
      return false;
    }
    try {
      adapt(spin(inbox));
    } finally {
      budget.leave();
    }
    return true;
  }

  /// Who has just handed an item to a spinner finds its place still taken: it is worth a moment.
  private boolean enter(Inbox inbox) {
    for (int i = 0; i < ROUNDS_AT_THE_DOOR && budget.isPositive() && inbox.isEmpty(); i++) {
      if (budget.tryEnter()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  private boolean spin(Inbox inbox) {
    for (int i = 0; i < rounds; i++) {
      if (!inbox.isEmpty()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  private void adapt(boolean found) {
    if (found) {
      failures = 0;
      rounds = Math.min(MOST_ROUNDS, 2 * rounds);
    } else if (++failures % FAILURES_BEFORE_A_FULL_SPIN == 0) {
      rounds = MOST_ROUNDS;
    } else {
      rounds = Math.max(FEWEST_ROUNDS, rounds / 2);
    }
  }
}
