package io.sluice.task;

/// The work of a task.
///
/// Called on a thread of the task's pool, once for each member of the task. It may block where its
/// pool's threads may. Whatever it throws fails the task, with that as the cause.
@FunctionalInterface
public interface Kernel {
  /// Does the work of one member. The context and its views end with the call.
  ///
  /// @throws Exception what fails the task
  void run(KernelContext context) throws Exception;
}
