package io.sluice.runtime;

import io.sluice.engine.Slot;
import io.sluice.engine.Source;
import io.sluice.error.SluiceException;
import io.sluice.task.Task;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/// The shell's side of one run. Called inside the drain, but for [#hasStopped] and [#currentContext]: it
/// takes notes and leaves the rest to the outbox.
interface RunListener extends ThreadLocals.ContextHolder {
  /// What tells how many of its results were delivered.
  DeliveryReport deliveryReport();

  void completed(Slot slot);

  void failed(Slot slot);

  void refused(Source source, Task task, SluiceException error);

  /// The run's last signal: behind its results, or at once if `error` is not a composite.
  void ended(@Nullable Throwable error);

  /// Whether no further task of the run may start. Any thread.
  boolean hasStopped();

  /// Whether its subscriber has asked for results that it has not got. Any thread.
  default boolean hasDemand() {
    return false;
  }

  /// The thread that hands over results just now, if one does. Any thread.
  default @Nullable Thread deliverer() {
    return null;
  }

  /// The subscriber's. Any thread.
  @Override
  Context currentContext();
}
