package io.sluice.runtime;

import io.sluice.engine.Slot;
import reactor.util.context.Context;

/// The shell's side of one source. Called inside the drain, but for [#currentContext].
interface SourceListener extends ThreadLocals.ContextHolder {
  /// The one that this task came from. Any thread.
  static SourceListener of(Slot slot) {
    return (SourceListener) slot.source().attachment();
  }

  /// Ask the publisher for so many tasks more.
  void demand(long count);

  /// The source's last task was admitted or refused.
  void drained();

  /// The context of the subscriber whom the results go to. Any thread, outside the drain: it is
  /// users' code.
  @Override
  Context currentContext();
}
