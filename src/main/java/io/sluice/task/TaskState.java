package io.sluice.task;

/// Where an admitted task stands.
///
/// ```
/// PENDING → READY → RUNNING → COMPLETED | FAILED | CANCELLED → CONSUMED
/// ```
public enum TaskState {
  /// Waits for earlier tasks, or to be tried again.
  PENDING,
  /// Waits for a worker.
  READY,
  /// At least one member was handed to a worker.
  RUNNING,
  /// All members have returned.
  COMPLETED,
  /// A member threw, or a task that it reads from failed.
  FAILED,
  /// Its run was cancelled, or failed, before it completed.
  CANCELLED,
  /// Everything it held is free, everything that held it has let go.
  CONSUMED;

  /// Whether its outcome is decided.
  public boolean isTerminal() {
    return compareTo(COMPLETED) >= 0;
  }
}
