package io.sluice.task;

import reactor.util.context.ContextView;

/// What a kernel sees of its task: views of its tensors, its scalars, its place in a group. Valid
/// until the kernel returns, on the thread that it was called on or threads that it waits for; for a
/// [ReactiveKernel] until its `Mono` has ended, on any thread.
public interface KernelContext {
  /// The key under which [#contextView] has the trace that the task belongs to, as a `String` in the form
  /// of W3C's trace context, if its subscriber's context has one: the one value that also crosses into
  /// worker processes, up to 64 bytes.
  String TRACE_PARENT = "traceparent";

  /// The id of the task that runs.
  TaskId taskId();

  /// The name of the task that runs.
  String taskName();

  /// The Reactor context of the subscriber whom the task's result goes to: of the run, or of the
  /// program's own submission. In a worker process it has [#TRACE_PARENT] at most.
  ContextView contextView();

  /// Which member of the group this is, from 0; 0 for a single task.
  int memberIndex();

  /// How many members the task has; 1 for a single task.
  int memberCount();

  /// Which attempt this is, from 1: above 1 the task is tried again.
  int attempt();

  /// The name of the worker, as in `cpu-3`.
  String workerName();

  /// How many tensors the member names.
  int tensorCount();

  /// The tensor at this place among the member's tensors, from 0. It can be written unless it is named
  /// `IN`.
  ///
  /// @throws IndexOutOfBoundsException if there is none
  TensorView tensor(int index);

  /// The view of a tensor or slice that the member names; the written one where it names a tensor
  /// both `IN` and `OUT`.
  ///
  /// @throws io.sluice.error.InvalidTaskException if the member does not name it
  TensorView tensor(TensorRef ref);

  /// Says how many rows, along the first axis, it has used of the tensor at this place: readers see that
  /// shape. For a tensor named `OUT` whose rows are a maximum ([Tensor#atMost]); if nothing is said, all
  /// are used. The last call counts.
  ///
  /// @param rows from 0 to the maximum
  /// @throws IndexOutOfBoundsException if there is no such tensor
  /// @throws io.sluice.error.InvalidTaskException if the member does not name it `OUT`, if its rows are no
  ///     maximum, or if they are out of range
  /// @throws io.sluice.error.ResultClosedException if the kernel has returned
  void setRows(int index, long rows);

  /// The same for a tensor by itself.
  ///
  /// @throws io.sluice.error.InvalidTaskException if the member does not name it, as well
  void setRows(Tensor tensor, long rows);

  /// How many scalars the member has.
  int scalarCount();

  /// The scalar at this place, from 0, given as a `long` (or narrower).
  ///
  /// @throws IndexOutOfBoundsException if there is none
  /// @throws io.sluice.error.InvalidTaskException if it was given as a `double`
  long scalarLong(int index);

  /// The scalar at this place, from 0, given as a `double` or `float`.
  ///
  /// @throws IndexOutOfBoundsException if there is none
  /// @throws io.sluice.error.InvalidTaskException if it was given as a `long`
  double scalarDouble(int index);

  /// Whether somebody has asked the task to stop: its run is over, its time is, or another member has
  /// failed. A kernel that runs for long should look.
  boolean isCancelled();
}
