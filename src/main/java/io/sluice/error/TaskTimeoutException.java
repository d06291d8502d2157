package io.sluice.error;

import java.time.Duration;

/// A kernel that ran for longer than its task's timeout; the cause of the task's
/// [TaskFailedException].
///
/// The kernel itself may still run: a thread can't be killed. It was asked to stop, and keeps the
/// task's bytes until it returns.
public final class TaskTimeoutException extends SluiceException {
  private final String taskName;
  private final Duration limit;
  private final Duration ranFor;
  private final String workerName;

  /// @param limit the task's timeout
  /// @param ranFor how long the attempt had run when it was given up
  /// @param workerName one that had not returned, as in `cpu-3`
  public TaskTimeoutException(String taskName, Duration limit, Duration ranFor, String workerName) {
    super(
        "task '%s' still ran on worker %s after %s, its timeout is %s; raise Task.timeout(...), or let"
                .formatted(taskName, workerName, Words.of(ranFor), Words.of(limit))
            + " the kernel look at isCancelled()");
    this.taskName = taskName;
    this.limit = limit;
    this.ranFor = ranFor;
    this.workerName = workerName;
  }

  /// The name of the task.
  public String taskName() {
    return taskName;
  }

  /// The task's timeout.
  public Duration limit() {
    return limit;
  }

  /// How long the attempt had run when it was given up; at least the limit.
  public Duration ranFor() {
    return ranFor;
  }

  /// A worker that had not returned, as in `cpu-3`.
  public String workerName() {
    return workerName;
  }
}
