package io.sluice.sim;

import java.util.Set;

/// The failures that have left an element unfit to be read, the latest on top: none of them has been
/// written over by a task that completed.
record Poison(Throwable cause, Poison older) {
  static void collect(Poison poison, Set<Throwable> into) {
    for (Poison p = poison; p != null; p = p.older()) {
      into.add(p.cause());
    }
  }
}
