package io.sluice.task;

import io.sluice.error.Diagnosis;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happened in a runtime, for those who watch. Ordered per task.
///
/// **Times** (`atNs` and others that end in `Ns` and are no durations) are in nanoseconds from an origin
/// of the runtime's own, on the clock of its timers. The scheduler looks at the clock once in each of its
/// turns: what happened in one has the same time, and that of an end may lie some microseconds before
/// the kernel's own, which is measured by itself.
public sealed interface TaskEvent {
  /// A task took its id, its slot and its bytes.
  ///
  /// @param taskId the task
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param bytes of its slab, aligned; 0 if it owns none
  /// @param kernel the name of its kernel in its library, or else the task's
  /// @param atNs when
  /// @param waitedNs how long before it was the next one of its source, and its bytes were not to be had,
  ///     in nanoseconds
  /// @param demandCount tasks that its run has asked for beside it, and that are neither admitted nor refused
  /// @param dependencies what it reads, overwrites or was put behind, as far as that is alive
  record Admitted(
      TaskId taskId,
      String taskName,
      RunId run,
      long bytes,
      String kernel,
      long atNs,
      long waitedNs,
      long demandCount,
      List<Dependency> dependencies)
      implements TaskEvent {}

  /// A member of a task was handed to a worker.
  ///
  /// @param taskId the task
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param memberIndex which member, from 0
  /// @param pool the worker's pool
  /// @param worker its number in the pool, from 0; another one may take the task from it
  /// @param atNs when
  record Started(
      TaskId taskId,
      String taskName,
      RunId run,
      int memberIndex,
      String pool,
      int worker,
      long atNs)
      implements TaskEvent {}

  /// The kernel of a member returned, or threw. Not told of one that was not called, or whose process died.
  ///
  /// @param taskId the task
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param memberIndex which member, from 0
  /// @param attempt which attempt, from 1
  /// @param pool the pool of the worker that ran it
  /// @param worker its number in the pool, from 0
  /// @param startedNs when the kernel began
  /// @param runTimeNs how long it ran, in nanoseconds
  /// @param failed whether it threw
  record Returned(
      TaskId taskId,
      String taskName,
      RunId run,
      int memberIndex,
      int attempt,
      String pool,
      int worker,
      long startedNs,
      long runTimeNs,
      boolean failed)
      implements TaskEvent {}

  /// An attempt failed, and the task will be tried again.
  ///
  /// @param taskId the task
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param attempt the one that failed, from 1
  /// @param delayNs how long it waits before the next one, in nanoseconds
  /// @param cause what the attempt failed with
  /// @param atNs when
  record Retried(
      TaskId taskId,
      String taskName,
      RunId run,
      int attempt,
      long delayNs,
      Throwable cause,
      long atNs)
      implements TaskEvent {}

  /// The kernel of a member was given up, because its time was over or nobody wants it any more. It
  /// may still run, and keeps the task's bytes until it returns.
  ///
  /// @param taskId the task
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param memberIndex which member, from 0
  /// @param pool the worker's pool
  /// @param worker its number in the pool, from 0
  record Abandoned(
      TaskId taskId, String taskName, RunId run, int memberIndex, String pool, int worker)
      implements TaskEvent {}

  /// A task completed.
  ///
  /// @param taskId the task
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param runTimeNs how long its kernel ran, in nanoseconds; for a group, its slowest member
  /// @param atNs when
  record Completed(TaskId taskId, String taskName, RunId run, long runTimeNs, long atNs)
      implements TaskEvent {}

  /// A task failed, or can't run because one that it reads from failed.
  ///
  /// @param taskId the task
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param cause the first failure
  /// @param atNs when
  record Failed(TaskId taskId, String taskName, RunId run, Throwable cause, long atNs)
      implements TaskEvent {}

  /// A task was cancelled.
  ///
  /// @param taskId the task
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param atNs when
  record Cancelled(TaskId taskId, String taskName, RunId run, long atNs) implements TaskEvent {}

  /// The result of a completed task that yields was closed, or nobody will take it: it holds no bytes
  /// any more.
  ///
  /// @param taskId the task
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param atNs when
  record ResultClosed(TaskId taskId, String taskName, RunId run, long atNs) implements TaskEvent {}

  /// A task's bytes are free.
  ///
  /// @param taskId the task
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param bytes of its slab, aligned; 0 if it owned none
  /// @param atNs when
  record Consumed(TaskId taskId, String taskName, RunId run, long bytes, long atNs)
      implements TaskEvent {}

  /// A task was refused before it took anything.
  ///
  /// @param taskName its name; it got no id
  /// @param run the run that it is a task of
  /// @param kernel the name of its kernel in its library, or else the task's
  /// @param cause the rule that it breaks
  record Refused(String taskName, RunId run, String kernel, Throwable cause) implements TaskEvent {}

  /// Something does not move. Either it is an error, and the next event is the task's [Refused]: a claim for
  /// bytes that can never be served, or was not for as long as the allocation timeout. Or it goes on to wait,
  /// and is told once in each such time: a claim whose own run's results hold the bytes, a drain, or the
  /// runtime as a whole.
  ///
  /// @param run the run that waits; null for a drain
  /// @param diagnosis why
  record Stalled(@Nullable RunId run, Diagnosis diagnosis) implements TaskEvent {}

  /// A drain has reset the runtime.
  ///
  /// @param epoch the epoch that ended, from 0
  /// @param taskCount tasks that it admitted
  record Drained(long epoch, long taskCount) implements TaskEvent {}

  /// A result that yields became unreachable without being closed; it was released. Not told where
  /// leak detection is off.
  ///
  /// @param taskId the task whose result it was
  /// @param taskName its name
  /// @param run the run that it is a task of
  /// @param trail where it came from and who touched it, as far as that was taken down
  record Leaked(TaskId taskId, String taskName, RunId run, LeakTrail trail) implements TaskEvent {}

  /// This listener was too slow: so many events before the next one are missing.
  ///
  /// @param count how many, at least 1
  /// @param admittedCount how many of them were an [Admitted]
  /// @param completedCount how many were a [Completed]
  /// @param failedCount how many were a [Failed]
  /// @param cancelledCount how many were a [Cancelled]
  /// @param refusedCount how many were a [Refused]
  /// @param retriedCount how many were a [Retried]
  record Lost(
      long count,
      long admittedCount,
      long completedCount,
      long failedCount,
      long cancelledCount,
      long refusedCount,
      long retriedCount)
      implements TaskEvent {}
}
