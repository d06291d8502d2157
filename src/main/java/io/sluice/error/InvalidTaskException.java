package io.sluice.error;

/// A task, or a tensor or slice for one, that breaks a rule; found before it took anything.
///
/// Thrown by the factory that was given the wrong value where that can tell, else the run's error
/// when the task's turn to be admitted comes.
public final class InvalidTaskException extends SluiceException {
  private final String taskName;

  /// A task of this name; `message` says what was given, the rule, the value and the knob.
  public InvalidTaskException(String taskName, String message) {
    this(taskName, "task '" + taskName + "'", message);
  }

  private InvalidTaskException(String taskName, String subject, String message) {
    super(subject + ": " + message);
    this.taskName = taskName;
  }

  /// The same for what is no task, or none yet: a tensor, a slice, a scope.
  ///
  /// @param subject what breaks the rule, as the message is to call it
  public static InvalidTaskException of(String subject, String message) {
    return new InvalidTaskException(subject, subject, message);
  }

  /// The name of the task, or what else broke the rule, in words.
  public String taskName() {
    return taskName;
  }
}
