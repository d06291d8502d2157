package io.sluice.error;

/// A task that breaks a rule, found before it took anything.
public final class InvalidTaskException extends SluiceException {
  private final String taskName;

  /// `message` says what was given, the rule, the value and the knob.
  public InvalidTaskException(String taskName, String message) {
    super("task '" + taskName + "': " + message);
    this.taskName = taskName;
  }

  /// The name of the task, or of what was meant to become one.
  public String taskName() {
    return taskName;
  }
}
