package io.sluice.runtime;

import io.sluice.task.TaskEvent;

/// Sums of events that a listener was too slow for.
final class Losses {
  static final TaskEvent.Lost NONE = new TaskEvent.Lost(0, 0, 0, 0, 0, 0, 0);

  private Losses() {}

  /// One more.
  static TaskEvent.Lost plus(TaskEvent.Lost sum, TaskEvent event) {
    return new TaskEvent.Lost(
        sum.count() + 1,
        sum.admittedCount() + (event instanceof TaskEvent.Admitted ? 1 : 0),
        sum.completedCount() + (event instanceof TaskEvent.Completed ? 1 : 0),
        sum.failedCount() + (event instanceof TaskEvent.Failed ? 1 : 0),
        sum.cancelledCount() + (event instanceof TaskEvent.Cancelled ? 1 : 0),
        sum.refusedCount() + (event instanceof TaskEvent.Refused ? 1 : 0),
        sum.retriedCount() + (event instanceof TaskEvent.Retried ? 1 : 0));
  }

  /// What came to `sum` since it was `before`.
  static TaskEvent.Lost since(TaskEvent.Lost before, TaskEvent.Lost sum) {
    return new TaskEvent.Lost(
        sum.count() - before.count(),
        sum.admittedCount() - before.admittedCount(),
        sum.completedCount() - before.completedCount(),
        sum.failedCount() - before.failedCount(),
        sum.cancelledCount() - before.cancelledCount(),
        sum.refusedCount() - before.refusedCount(),
        sum.retriedCount() - before.retriedCount());
  }
}
