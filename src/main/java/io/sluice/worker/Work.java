package io.sluice.worker;

import io.sluice.error.WorkerLostException;

/// One member of one task on its way to a thread.
///
/// It comes in two parts, because only the first may be interrupted: the kernel, and what follows
/// from its end. Both run on the same thread, one right after the other.
///
/// **Order.** What the dispatcher did before [WorkerPool#dispatch] happens-before [#runOn].
public interface Work {

  /// Whether any worker of the pool may run it; false for exact workers and members of groups.
  ///
  /// Asked once, by [WorkerPool#dispatch].
  boolean isStealable();

  /// Runs the kernel. Only while this runs does [WorkerPool#interrupt] reach the thread.
  ///
  /// Doesn't throw; if it does, that is a bug of the caller's, which is logged: the worker lives on,
  /// and [#afterRun] is called all the same.
  ///
  /// @param worker who runs it, which for a stealable item need not be the worker that it was
  ///     dispatched to
  void runOn(WorkerIdentity worker);

  /// Runs after [#runOn], always, out of reach of interrupts and with a clear interrupt flag: posts
  /// the completion, drains, delivers.
  ///
  /// It may take long, and may block: what is dispatched to this worker meanwhile is taken by another
  /// one, if it is stealable. It doesn't throw; if it does, that is logged and the worker lives on.
  ///
  /// @param worker the same as in [#runOn]
  default void afterRun(WorkerIdentity worker) {}

  /// Called instead, once, where the worker ended before [#afterRun] began: nothing of this item runs
  /// any more, nor will.
  ///
  /// @param cause which worker, and what became of it
  default void lost(WorkerLostException cause) {}
}
