package io.sluice.sim;

import io.sluice.engine.Source;
import io.sluice.task.Task;
import java.util.ArrayDeque;

/// A publisher of tasks, or one call of a program, with what was asked of it.
final class SimSource {
  final SimRun run;
  final SimScope scope;
  final boolean pulled;
  final boolean endsScope;

  /// Tasks that it will still send.
  int left;

  long requested;
  long sent;
  boolean ended;
  boolean drained;

  /// Sent, and neither admitted nor refused yet.
  final ArrayDeque<Task> waiting = new ArrayDeque<>();

  /// Set when the engine has returned it.
  Source source;

  SimSource(SimRun run, SimScope scope, boolean pulled, boolean endsScope, int left) {
    this.run = run;
    this.scope = scope;
    this.pulled = pulled;
    this.endsScope = endsScope;
    this.left = left;
  }

  boolean isLive() {
    return !run.stopped && !ended && source != null;
  }

  boolean maySend() {
    return isLive() && left > 0 && (!pulled || sent < requested);
  }
}
