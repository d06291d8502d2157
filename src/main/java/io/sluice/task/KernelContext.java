package io.sluice.task;

/// What a kernel sees of its task: views of its tensors, its scalars, its place in a group. Valid
/// until the kernel returns, on the thread that it was called on or threads that it waits for.
public interface KernelContext {
  TaskId taskId();

  String taskName();

  /// Which member of the group this is, from 0; 0 for a single task.
  int memberIndex();

  /// How many members the task has; 1 for a single task.
  int memberCount();

  /// The name of the worker, as in `cpu-3`.
  String workerName();

  /// How many tensors the member names.
  int tensorCount();

  /// The tensor at this place among the member's tensors, from 0.
  TensorView tensor(int index);

  /// The view of a tensor or slice that the member names; the written one where it names a tensor
  /// both `IN` and `OUT`.
  TensorView tensor(TensorRef ref);

  int scalarCount();

  /// The scalar at this place, given as a `long` (or narrower).
  long scalarLong(int index);

  /// The scalar at this place, given as a `double` or `float`.
  double scalarDouble(int index);

  /// Whether somebody has asked the task to stop; a kernel that runs for long should look.
  boolean isCancelled();
}
