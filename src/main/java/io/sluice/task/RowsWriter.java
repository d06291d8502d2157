package io.sluice.task;

/// Fills as much as it needs of a fresh tensor, in a task made by [Task#fillUpTo].
///
/// Called on a loader thread of the runtime, which may block. Whatever it throws fails the task, with
/// that as the cause.
@FunctionalInterface
public interface RowsWriter {
  /// Writes the first rows, which are undefined before, and returns how many: 0 to the tensor's maximum.
  /// The view shows the maximum, and ends with the call.
  ///
  /// @throws Exception what fails the task
  long write(TensorView view) throws Exception;
}
