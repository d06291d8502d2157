package io.sluice.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// An action that waits for watchers: a mark in the buffer of each, behind what it has still to be told.
///
/// Whoever reaches the last mark has the action run. Mostly that is the thread that left the drain with
/// it. Another one is in the midst of telling events, and may be inside the watcher that the action would
/// wait for again: so it only hands the action to the executor.
///
/// **Bound.** A mark for each watcher and each drain that is waited for.
final class BehindEvents implements Runnable {
  private final Runnable action;
  private final Executor executor;
  private final List<EventListener> watchers = new ArrayList<>(2);

  /// Marks that were not reached, and one for [#run].
  private final AtomicInteger left = new AtomicInteger(1);

  BehindEvents(Runnable action, Executor executor) {
    this.action = action;
    this.executor = executor;
  }

  /// In the drain.
  void waitFor(EventListener watcher) {
    left.getAndIncrement();
    watchers.add(watcher);
    watcher.note(this);
  }

  /// The watcher was told all before the mark, or wants to be told no more.
  void reached() {
    if (left.decrementAndGet() == 0) {
      handOver();
    }
  }

  /// Where no thread can be started, the action may run twice, which a drain's waiter doesn't mind.
  private void handOver() {
    try {
      executor.execute(action);
    } catch (Throwable failure) {
      action.run();
    }
  }

  /// Outside the drain. A watcher that has left meanwhile is no longer told by others.
  @Override
  public void run() {
    watchers.forEach(EventListener::deliver);
    if (left.decrementAndGet() == 0) {
      action.run();
    }
  }
}
