package io.sluice.error;

/// A task that was cancelled before it could complete.
public final class TaskCancelledException extends SluiceException {
  public TaskCancelledException(String message) {
    super(message);
  }
}
