package io.sluice.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A task that failed, in its kernel or because it reads what a failed task should have written.
///
/// The cause is the first one: for a reader of poisoned bytes, the failure of the task that left
/// them so, however many tasks lie between.
public final class TaskFailedException extends SluiceException {
  private final String taskId;
  private final String taskName;
  private final @Nullable String runName;

  /// A task that failed because of `cause`; `how` says in words what became of it.
  ///
  /// @param runName the name of its run; null if it has none
  public TaskFailedException(
      String taskId, String taskName, @Nullable String runName, String how, Throwable cause) {
    super("task '" + taskName + "' (" + taskId + ")" + Words.ofRun(runName) + " " + how, cause);
    this.runName = runName;
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

  /// The name of its run; null if that has none.
  @Override
  public @Nullable String runName() {
    return runName;
  }
}
