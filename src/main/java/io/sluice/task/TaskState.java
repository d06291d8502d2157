package io.sluice.task;

/// Where an admitted task stands.
///
/// ```
/// PENDING → READY → RUNNING → COMPLETED | FAILED | CANCELLED → CONSUMED
/// ```
public enum TaskState {
  /// Waits for earlier tasks.
  PENDING,
  /// Waits for a worker.
  READY,
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED,
  /// Everything it held is free, everything that held it has let go.
  CONSUMED;

  /// Whether its outcome is decided.
  public boolean isTerminal() {
    return compareTo(COMPLETED) >= 0;
  }
}
