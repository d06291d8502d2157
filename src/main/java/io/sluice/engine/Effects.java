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

  /// Whether it is told by [Engine#heldUp] when a worker of this pool, by index, is inside a kernel for
  /// long. Asked when the engine is made.
  default boolean watchesOver(int pool) {
    return false;
  }

  /// A ready task was left to the busy workers of a pool that is watched over, though another is idle, or a run is
  /// not asked for tasks before they end some: see that none of them is held up. Told again and again.
  default void keptBack(int pool) {}

  /// Ask the running members of a task to stop.
  void askToStop(Slot slot);

  /// The same, and interrupt the threads inside its kernels, if they have threads.
  void interrupt(Slot slot);

  /// The kernel of a running member was given up, and may never return: if another thread can take the
  /// place of its worker, let it, and say so by [Engine#workerReplaced]. When the kernel returns, it is
  /// reported as ever.
  void abandoned(Slot slot, int member);

  /// Ask the filter of a task's retries whether to try again after this failure; the answer is
  /// [Engine#judged].
  void judge(Slot slot, Throwable failure);

  /// Who can tell more than the engine knows when it has to say why nothing moves.
  default Witness witness() {
    return Witness.BLIND;
  }

  /// The time, in nanoseconds of the shell's own clock. Answered at once, and asked for only behind
  /// [Engine#timePassed].
  default long nowNs() {
    throw new UnsupportedOperationException("who says timePassed() must tell the time");
  }

  /// A number from 0 up to and without 1, for the jitter of retries. Like [#watched], it is answered
  /// at once; all chance comes from outside.
  double chance();

  /// A task completed, and its run wants the result. It counts as undelivered until [#deliveredCount] tells
  /// otherwise; if it yields, it holds bytes until [Engine#resultClosed].
  void completed(Slot slot);

  /// How many results of the run were handed over or thrown away, in all. Answered at once; rises at any time, and
  /// is told of only behind [#reportDelivery].
  long deliveredCount(Run run);

  /// When [#deliveredCount] of the run rises next, say so by [Engine#delivered]. Who asks for the count behind this
  /// misses nothing.
  void reportDelivery(Run run);

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
