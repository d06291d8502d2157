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
abstract sealed class Node implements Successors permits Slot, ResultHold, Poison {
  /// How many nodes have to settle before this one may go on.
  int pendingCount;

  boolean settled;

  /// Who waits for it, the newest first.
  @Nullable Successors successors;

  /// Whether a failure goes along to a single successor.
  boolean carriesFailure;

  /// Place in the order of admission, over all epochs.
  abstract long order();

  /// Makes `this` wait for `before`, once however often it is said.
  final void waitFor(Node before, boolean withFailure) {
    if (before == this || before.settled) {
      return;
    }
    Successors known = before.successors;
    if (known == this) {
      before.carriesFailure |= withFailure;
    } else if (known instanceof Edge newest && newest.successor == this) {
      newest.carriesFailure |= withFailure;
    } else {
      before.add(this, withFailure);
      pendingCount++;
    }
  }

  private void add(Node successor, boolean withFailure) {
    if (successors == null) {
      successors = successor;
      carriesFailure = withFailure;
    } else {
      successors = new Edge(successor, edges(), withFailure);
    }
  }

  /// Who waits for it, as a list.
  final @Nullable Edge edges() {
    return successors instanceof Node only
        ? new Edge(only, null, carriesFailure)
        : (Edge) successors;
  }
}
