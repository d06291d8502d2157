package io.sluice.error;

/// A task that failed, in its kernel or because it reads what a failed task should have written.
///
/// The cause is the first one: for a reader of poisoned bytes, the failure of the task that left
/// them so, however many tasks lie between.
public final class TaskFailedException extends SluiceException {
  private final String taskId;
  private final String taskName;

  public TaskFailedException(String taskId, String taskName, String how, Throwable cause) {
    super("task '" + taskName + "' (" + taskId + ") " + how, cause);
    this.taskId = taskId;
    this.taskName = taskName;
  }

  /// Epoch and sequence, as in `0:17`.
  public String taskId() {
    return taskId;
  }

  public String taskName() {
    return taskName;
  }
}
