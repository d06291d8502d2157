package io.sluice.worker;

/// Waits for an item for as long as a wake-up would cost, at most.
///
/// It spins longer while that pays, and shorter while it doesn't.
///
/// **Confinement.** Owned by one worker's thread.
final class Spinner {
  private static final int MOST_ROUNDS = 200;
  private static final int FEWEST_ROUNDS = 25;

  private final SpinBudget budget;
  private int rounds = MOST_ROUNDS;

  Spinner(SpinBudget budget) {
    this.budget = budget;
  }

  /// Returns once there is an item or patience is at its end; at once, if it may not spin at all.
  ///
  /// @return whether it did spin
  boolean await(Inbox inbox) {
    if (!budget.tryEnter()) {
      return false;
    }
    try {
      adapt(spin(inbox));
    } finally {
      budget.leave();
    }
    return true;
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
    rounds = found ? Math.min(MOST_ROUNDS, rounds * 2) : Math.max(FEWEST_ROUNDS, rounds / 2);
  }
}
