package io.sluice.engine;

import io.sluice.error.SluiceException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import org.jspecify.annotations.Nullable;

/// What the engine asks of the world around it.
///
/// Called inside the drain loop: an implementation only takes notes, and acts on them once it has
/// left the loop. It never calls the engine back and never calls a user's code.
public interface Effects {
  /// Ask the source's publisher for so many tasks more.
  void demand(Source source, long count);

  /// The source has ended and its last task was admitted or refused.
  void sourceDrained(Source source);

  /// A task of this source took its id, slot and slab.
  void admitted(Slot slot);

  /// A task was refused before it took anything.
  void refused(Source source, Task task, SluiceException error);

  /// Run one member of a task on this worker of its pool.
  void dispatch(Slot slot, int member, int worker);

  /// Ask the running members of a task to stop.
  void interrupt(Slot slot);

  /// A task completed, and its run wants the result. It counts as undelivered until
  /// [Engine#delivered]; if it yields, it holds bytes until [Engine#resultClosed].
  void completed(Slot slot);

  /// A task failed or was cancelled; [Slot#cause] is the first cause.
  void failed(Slot slot);

  /// The run has no more signals but this one: behind all its results, or at once on failure.
  void runEnded(Run run, @Nullable Throwable error);

  /// Everything was reset, for these waiters.
  void drained(Object waiter, DrainTotals totals);

  /// Call [Engine#timerFired] at this time, not earlier; replaces what was asked before.
  void armTimer(long deadlineNs);

  /// Whether anybody wants [#happened].
  boolean watched();

  /// For those who watch.
  void happened(TaskEvent event);
}
