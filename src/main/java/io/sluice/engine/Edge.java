package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// One thing that waits for another, in the list of the one that is waited for, where there are several.
final class Edge implements Successors {
  final Node successor;
  final @Nullable Edge next;

  /// Whether a failure goes along: for data that is read and explicit edges, not for mere order.
  boolean carriesFailure;

  Edge(Node successor, @Nullable Edge next, boolean carriesFailure) {
    this.successor = successor;
    this.next = next;
    this.carriesFailure = carriesFailure;
  }
}
