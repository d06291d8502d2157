package io.sluice.error;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A worker that ended in the middle of a task, such as a process that was killed; the cause of the
/// task's [TaskFailedException], unless the task is tried again.
///
/// Nothing of the attempt runs any more. It need not be the kernel's fault, so retries have a budget of
/// their own for it (`TaskRetry.maxLostWorkers`).
public final class WorkerLostException extends SluiceException {
  private final String workerName;
  private final String reason;
  private final List<String> output;

  /// @param workerName as in `cpu-3`
  /// @param reason what became of it, as in `died with signal 9`
  public WorkerLostException(String workerName, String reason) {
    this(workerName, reason, List.of());
  }

  /// The same, with what it was seen by.
  public WorkerLostException(String workerName, String reason, @Nullable Throwable cause) {
    super("worker %s %s".formatted(workerName, reason), cause);
    this.workerName = workerName;
    this.reason = reason;
    this.output = List.of();
  }

  /// The same of a process, with the last lines that it printed.
  public WorkerLostException(String workerName, String reason, List<String> output) {
    super("worker %s %s%s".formatted(workerName, reason, Words.ofOutput(output)));
    this.workerName = workerName;
    this.reason = reason;
    this.output = List.copyOf(output);
  }

  /// The worker, as in `cpu-3`.
  public String workerName() {
    return workerName;
  }

  /// What became of it, as in `died with signal 9`.
  public String reason() {
    return reason;
  }

  /// The last lines that a process printed, on both of its streams; none for a thread.
  public List<String> output() {
    return output;
  }
}
