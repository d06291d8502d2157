package io.sluice.worker;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/// Runs what it is handed: on threads, each of which runs one item at a time; or, for items that end
/// later than they are begun ([AsyncWork]), without holding a thread.
///
/// **Threads.** Every method may be called by any thread, blocks never, and runs no user code.
///
/// **Bound.** A worker has room for one item. The scheduler keeps to it: it dispatches to a worker
/// again only when the item before has posted its completion.
///
/// **Order.** Items of one worker run in the order of dispatch, but a stealable one may run on
/// another thread and thus beside the end of the one before it.
public interface WorkerPool extends AutoCloseable {

  /// By which tasks choose it.
  String name();

  /// How many items can run in it side by side.
  int workerCount();

  /// Hands an item to a worker, which is woken if it sleeps, or started if this is its first.
  ///
  /// An item that was accepted runs exactly once, also after [#close].
  ///
  /// @throws RejectedExecutionException if the pool is closed or no thread can be started; the item
  ///     will not run
  /// @throws IllegalStateException if the worker still has an item that nobody took: a bug in Sluice
  void dispatch(int worker, Work work);

  /// Interrupts the thread that is inside this item's [Work#runOn], if there is one: never a thread
  /// that has gone on to something else. Where no thread is held for it, cancels it.
  ///
  /// An item that still waits is not reached: who wants to stop it for sure leaves it a mark first.
  ///
  /// @return whether there was somebody to interrupt
  boolean interrupt(Work work);

  /// Gives up the thread that is inside this item's [Work#runOn], if there is one, and starts another
  /// in its place, under the worker's name: the worker can be dispatched to again. The old thread runs
  /// the item to its end, [Work#afterRun] too, and ends.
  ///
  /// @return whether another thread has taken the place; not if no thread is inside, if the pool is
  ///     closed, or if no thread can be started
  boolean replace(Work work);

  /// How often a worker that had died was started again.
  default long restartCount() {
    return 0;
  }

  /// How many workers have died in the middle of a task: one each, however many tasks or members it had.
  default long lostCount() {
    return 0;
  }

  /// Whether it can be told to watch over its workers.
  default boolean canWatch() {
    return false;
  }

  /// Whether the worker is inside no item, so that it can watch, and either goes on to do so or takes an item that it is
  /// handed, or tells of itself. To be asked of one whose last item has posted its completion: it may still be inside
  /// that, in what follows from it.
  default boolean isAtHand(int worker) {
    return false;
  }

  /// Items that any worker could take are not dispatched, because a busy one is expected to be free in
  /// a moment: a sleeper is to look now and then whether it is, and to tell if it isn't. Told again and
  /// again.
  default void watch() {}

  /// Refuses further items. Idle threads end now, the others as soon as no item is left. Does nothing
  /// the second time.
  @Override
  void close();

  /// Completes, once and normally, when the pool was closed and its last thread has left its last
  /// item: nothing of this pool touches memory any more. It does so on that thread, or on the one
  /// that closes.
  CompletionStage<Void> terminated();
}
