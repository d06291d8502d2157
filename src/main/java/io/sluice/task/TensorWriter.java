package io.sluice.task;

/// Fills a fresh tensor, in a task made by [Task#fill].
///
/// Called on a loader thread of the runtime, which may block. Whatever it throws fails the task, with
/// that as the cause.
@FunctionalInterface
public interface TensorWriter {
  /// Writes all elements, which are undefined before. The view ends with the call.
  ///
  /// @throws Exception what fails the task
  void write(TensorView view) throws Exception;

  /// The same, with the call of the task: such as [KernelContext#contextView] and
  /// [KernelContext#isCancelled].
  @FunctionalInterface
  interface WithContext {
    /// Writes all elements, which are undefined before. The view ends with the call.
    ///
    /// @throws Exception what fails the task
    void write(TensorView view, KernelContext context) throws Exception;
  }
}
