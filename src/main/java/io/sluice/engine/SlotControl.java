package io.sluice.engine;

/// What is kept of a task beside its slot once it needs more than to run: it has a timeout, it is tried
/// again, or its kernel was given up. A plain task has none.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class SlotControl {
  final Slot slot;

  /// When the attempt times out, or the pause before the next one is over.
  long dueNs;

  /// Decides between those due at the same time: first in, first out.
  long stamp;

  /// Where it lies in [Deadlines]; -1 if nothing is due.
  int place = -1;

  /// When the first member of the attempt was dispatched.
  long startedNs;

  /// How often it was tried again because its kernel failed, and because its worker was lost.
  long failureRetryCount;

  long lostRetryCount;

  /// Whether the filter lets the failure of this attempt be tried again.
  boolean mayRetry;

  /// Whether the filter was asked about it, and has not answered.
  boolean isBeingJudged;

  /// Whether it lies between two attempts: nothing of it runs, and it will run again by itself.
  boolean isResting;

  /// Whether its kernel was given up. What is still to come of the attempt only frees what it holds.
  boolean isAbandoned;

  SlotControl(Slot slot) {
    this.slot = slot;
  }

  long retryCount() {
    return failureRetryCount + lostRetryCount;
  }
}
