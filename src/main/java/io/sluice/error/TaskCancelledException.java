package io.sluice.error;

/// A task that was cancelled before it could complete: its run was, or failed.
///
/// The subscriber that cancels sees none of these. A program sees it on the tasks that it still waits
/// for, and readers of what the task should have written have it as their cause.
public final class TaskCancelledException extends SluiceException {
  /// `message` names what was cancelled, and by what.
  public TaskCancelledException(String message) {
    super(message);
  }
}
