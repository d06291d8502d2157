package io.sluice.sim;

import io.sluice.engine.Scope;

/// A scope as the simulator knows it.
final class SimScope {
  final SimRun run;
  final Scope scope;
  final SimScope parent;
  boolean ended;

  /// Sources and scopes inside that have not ended.
  int openInside;

  SimScope(SimRun run, Scope scope, SimScope parent) {
    this.run = run;
    this.scope = scope;
    this.parent = parent;
  }

  int depth() {
    return parent == null ? 1 : parent.depth() + 1;
  }
}
