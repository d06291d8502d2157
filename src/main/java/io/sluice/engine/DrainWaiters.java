package io.sluice.engine;

import io.sluice.task.TaskEvent;
import java.util.ArrayDeque;
import java.util.List;

/// Who waits for quiescence, in their order: all are answered by the step that resets everything.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class DrainWaiters {
  private final Core core;
  private final ArrayDeque<Object> waiters = new ArrayDeque<>();

  DrainWaiters(Core core) {
    this.core = core;
  }

  boolean isEmpty() {
    return waiters.isEmpty();
  }

  /// The clock runs from here on, to tell what is waited for.
  void add(Object waiter) {
    waiters.add(waiter);
    core.drainIsWaiting = true;
    core.drainReportedNs = core.now();
    core.clockDue = true;
  }

  void remove(Object waiter) {
    waiters.remove(waiter);
    core.drainIsWaiting = !waiters.isEmpty();
  }

  /// Forgets all.
  List<Object> takeAll() {
    List<Object> taken = List.copyOf(waiters);
    waiters.clear();
    core.drainIsWaiting = false;
    return taken;
  }

  /// At quiescence: whoever watches is told before those who wait.
  void resetAndAnswer() {
    DrainTotals totals = core.totals();
    if (core.used) {
      core.reset();
    }
    List<Object> answered = takeAll();
    if (core.effects.watched()) {
      core.effects.happened(new TaskEvent.Drained(totals.epoch(), totals.taskCount()));
    }
    for (Object waiter : answered) {
      core.effects.drained(waiter, totals);
    }
  }
}
