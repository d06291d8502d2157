package io.sluice.error;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A worker that ended in the middle of a task, such as a process that was killed; the cause of the
/// task's [TaskFailedException], unless the task is tried again.
///
/// Nothing of the attempt runs any more. It need not be the kernel's fault, so retries have a budget of
/// their own for it (`TaskRetry.maxLostWorkers`).
public final class WorkerLostException extends SluiceException {
  private static final int SIGNALLED = 128;
  private static final int LAST_SIGNAL = 64;

  private final String workerName;
  private final String reason;
  private final List<String> output;
  private final @Nullable Integer exitStatus;

  /// @param workerName as in `cpu-3`
  /// @param reason what became of it, as in `died with signal 9`
  public WorkerLostException(String workerName, String reason) {
    this(workerName, reason, List.of(), null, null);
  }

  /// The same, with what it was seen by.
  public WorkerLostException(String workerName, String reason, @Nullable Throwable cause) {
    this(workerName, reason, List.of(), null, cause);
  }

  /// The same of a process.
  ///
  /// @param exitStatus as the system tells it: the exit code, or 128 and the number of the signal
  /// @param output the last lines that it printed
  public WorkerLostException(
      String workerName, String reason, int exitStatus, List<String> output) {
    this(workerName, reason, output, exitStatus, null);
  }

  private WorkerLostException(
      String workerName,
      String reason,
      List<String> output,
      @Nullable Integer exitStatus,
      @Nullable Throwable cause) {
    super("worker %s %s%s".formatted(workerName, reason, Words.ofOutput(output)), cause);
    this.workerName = workerName;
    this.reason = reason;
    this.output = List.copyOf(output);
    this.exitStatus = exitStatus;
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

  /// With what a process ended, as the system told it: its exit code, or 128 and the number of the signal that
  /// killed it, whoever sent it. Empty for a thread.
  public OptionalInt exitStatus() {
    return exitStatus == null ? OptionalInt.empty() : OptionalInt.of(exitStatus);
  }

  /// The signal that killed a process, 9 for `SIGKILL`; empty if it was none.
  ///
  /// A process that exits with 129 to 192 by itself looks the same, and is taken for one that was killed:
  /// [#exitStatus] has the number.
  public OptionalInt signal() {
    return exitStatus != null && exitStatus > SIGNALLED && exitStatus <= SIGNALLED + LAST_SIGNAL
        ? OptionalInt.of(exitStatus - SIGNALLED)
        : OptionalInt.empty();
  }
}
