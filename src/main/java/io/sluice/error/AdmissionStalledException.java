package io.sluice.error;

/// A task waits for bytes that can't come, or that did not come within the allocation timeout.
public final class AdmissionStalledException extends SluiceException {
  private final String taskName;
  private final transient Diagnosis diagnosis;

  public AdmissionStalledException(String taskName, Diagnosis diagnosis) {
    super("task '" + taskName + "' can't be admitted: " + diagnosis.sentence());
    this.taskName = taskName;
    this.diagnosis = diagnosis;
  }

  public String taskName() {
    return taskName;
  }

  /// The reason, the bytes, the holder and the knob.
  public Diagnosis diagnosis() {
    return diagnosis;
  }
}
