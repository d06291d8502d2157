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
  void completed(Slot slot);

  void failed(Slot slot);

  void refused(Source source, Task task, SluiceException error);

  /// The run's last signal: behind its results, or at once if `error` is not a composite.
  void ended(@Nullable Throwable error);

  /// Whether no further task of the run may start. Any thread.
  boolean hasStopped();

  /// The subscriber's. Any thread.
  @Override
  Context currentContext();
}
