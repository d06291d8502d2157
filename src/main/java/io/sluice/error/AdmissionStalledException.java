package io.sluice.error;

/// A task waits for bytes that can't come, or that did not come within the allocation timeout.
///
/// The task has taken nothing. What can never come is told at once, without the timeout.
public final class AdmissionStalledException extends SluiceException {
  private final String taskName;
  private final transient Diagnosis diagnosis;

  /// A task that could not be admitted, and why.
  public AdmissionStalledException(String taskName, Diagnosis diagnosis) {
    super("task '" + taskName + "' can't be admitted: " + diagnosis.sentence());
    this.taskName = taskName;
    this.diagnosis = diagnosis;
  }

  /// The name of the task that waited.
  public String taskName() {
    return taskName;
  }

  /// The reason, the bytes, the holder and the knob.
  public Diagnosis diagnosis() {
    return diagnosis;
  }
}
