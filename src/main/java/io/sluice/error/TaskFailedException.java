package io.sluice.error;

import java.util.Objects;

/// A task that failed, in its kernel or because it reads what a failed task should have written.
///
/// The cause is the first one: for a reader of poisoned bytes, the failure of the task that left
/// them so, however many tasks lie between.
public final class TaskFailedException extends SluiceException {
  private final String taskId;
  private final String taskName;

  /// A task that failed because of `cause`; `how` says in words what became of it.
  public TaskFailedException(String taskId, String taskName, String how, Throwable cause) {
    super("task '" + taskName + "' (" + taskId + ") " + how, cause);
    this.taskId = taskId;
    this.taskName = taskName;
  }

  /// What became of the task, and why.
  @Override
  public String getMessage() {
    return super.getMessage() + ": " + Words.of(Objects.requireNonNull(getCause()));
  }

  /// Epoch and sequence, as in `0:17`; `refused` for a task that was never admitted.
  public String taskId() {
    return taskId;
  }

  /// The name of the task.
  public String taskName() {
    return taskName;
  }
}
