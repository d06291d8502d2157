package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// Something in the order of admission that later tasks may wait for: a task, an open result, or what a failed
/// one left, which has settled.
///
/// A node *settles* when it can't touch a byte any more and neither can anything that it waited for.
/// Only then do its successors move on. So a task that fails early, while those before it still run,
/// stays a link of the chain: what comes after it may rely on it alone.
///
/// **Confinement.** Owned by the scheduler's drain loop.
abstract sealed class Node permits Slot, ResultHold, Poison {
  /// How many nodes have to settle before this one may go on.
  int pendingCount;

  boolean settled;
  @Nullable Edge successors;

  /// Place in the order of admission, over all epochs.
  abstract long order();

  /// Makes `this` wait for `before`, once however often it is said.
  final void waitFor(Node before, boolean carriesFailure) {
    if (before == this || before.settled) {
      return;
    }
    Edge newest = before.successors;
    if (newest != null && newest.successor == this) {
      newest.carriesFailure |= carriesFailure;
      return;
    }
    before.successors = new Edge(this, newest, carriesFailure);
    pendingCount++;
  }
}
