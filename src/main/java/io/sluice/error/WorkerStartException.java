package io.sluice.error;

import java.util.List;

/// A worker process that could not be started; the cause of the [TaskFailedException] of each task that
/// waited for it.
///
/// The process is started again, after a pause, for the tasks that come later.
public final class WorkerStartException extends SluiceException {
  private final String workerName;
  private final String reason;
  private final List<String> output;

  /// @param workerName as in `cpu-3`
  /// @param reason what became of it, and what to do
  /// @param output the last lines that it printed
  public WorkerStartException(String workerName, String reason, List<String> output) {
    super("worker %s could not start: %s%s".formatted(workerName, reason, Words.ofOutput(output)));
    this.workerName = workerName;
    this.reason = reason;
    this.output = List.copyOf(output);
  }

  /// The worker, as in `cpu-3`.
  public String workerName() {
    return workerName;
  }

  /// What became of it, and what to do.
  public String reason() {
    return reason;
  }

  /// The last lines that it printed, on both of its streams.
  public List<String> output() {
    return output;
  }
}
