package io.sluice.runtime;

import io.sluice.task.Task;
import io.sluice.worker.Work;

/// What the runtime hands to a pool: one attempt at one member of a task.
///
/// **Threads.** Any.
public interface Attempt extends Work {

  Task task();

  /// Which member of the task, from 0.
  int memberIndex();

  /// Whether it was asked to stop, or not to start.
  boolean isStopRequested();

  /// Counts as started from here on, although its kernel is called later: that one sees that it was asked
  /// to stop meanwhile, and its outcome counts. Of no effect for a reactive kernel.
  void countAsStarted();
}
