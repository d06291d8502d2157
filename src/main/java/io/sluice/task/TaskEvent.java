package io.sluice.task;

import io.sluice.error.Diagnosis;

/// What happened in a runtime, for those who watch. Ordered per task.
public sealed interface TaskEvent {
  /// A task took its id, its slot and its bytes.
  record Admitted(TaskId taskId, String taskName, long runNumber, long bytes)
      implements TaskEvent {}

  /// A member of a task was handed to a worker.
  record Started(TaskId taskId, String taskName, int memberIndex, String pool, int worker)
      implements TaskEvent {}

  record Completed(TaskId taskId, String taskName, long runTimeNs) implements TaskEvent {}

  record Failed(TaskId taskId, String taskName, Throwable cause) implements TaskEvent {}

  record Cancelled(TaskId taskId, String taskName) implements TaskEvent {}

  /// A task's bytes are free.
  record Consumed(TaskId taskId, String taskName, long bytes) implements TaskEvent {}

  /// A task was refused before it took anything.
  record Refused(String taskName, long runNumber, Throwable cause) implements TaskEvent {}

  /// Something does not move.
  record Stalled(long runNumber, Diagnosis diagnosis) implements TaskEvent {}

  /// A drain has reset the runtime.
  record Drained(long epoch, long taskCount) implements TaskEvent {}

  /// A result that yields became unreachable without being closed; it was released.
  record Leaked(TaskId taskId, String taskName, Throwable createdAt) implements TaskEvent {}

  /// This listener was too slow: so many events before the next one are missing.
  record Lost(long count) implements TaskEvent {}
}
