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

  /// Whether each of its tasks is a scope by itself, inside [#scope].
  final boolean eachAlone;

  /// Tasks behind its own that were asked for already.
  long inHandCount;

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

  SimSource(
      SimRun run, SimScope scope, boolean pulled, boolean endsScope, boolean eachAlone, int left) {
    this.run = run;
    this.scope = scope;
    this.pulled = pulled;
    this.endsScope = endsScope;
    this.eachAlone = eachAlone;
    this.left = left;
  }

  /// Whether no task to come may name what the admitted ones have written anew.
  boolean isScopeOver() {
    return eachAlone || scope.ended;
  }

  boolean isLive() {
    return !run.stopped && !ended && source != null;
  }

  boolean maySend() {
    return isLive() && left > 0 && (!pulled || sent < requested);
  }
}
