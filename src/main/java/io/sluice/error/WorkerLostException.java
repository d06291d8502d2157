package io.sluice.error;

import org.jspecify.annotations.Nullable;

/// A worker that ended in the middle of a task, such as a process that was killed; the cause of the
/// task's [TaskFailedException], unless the task is tried again.
///
/// Nothing of the attempt runs any more. It need not be the kernel's fault, so retries have a budget of
/// their own for it (`TaskRetry.maxLostWorkers`).
public final class WorkerLostException extends SluiceException {
  private final String workerName;
  private final String reason;

  /// @param workerName as in `cpu-3`
  /// @param reason what became of it, as in `died with signal 9`
  public WorkerLostException(String workerName, String reason) {
    this(workerName, reason, null);
  }

  /// The same, with what it was seen by.
  public WorkerLostException(String workerName, String reason, @Nullable Throwable cause) {
    super("worker %s %s".formatted(workerName, reason), cause);
    this.workerName = workerName;
    this.reason = reason;
  }

  /// The worker, as in `cpu-3`.
  public String workerName() {
    return workerName;
  }

  /// What became of it, as in `died with signal 9`.
  public String reason() {
    return reason;
  }
}
