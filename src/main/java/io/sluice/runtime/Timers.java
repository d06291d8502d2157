package io.sluice.runtime;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// The runtime's time: a Reactor scheduler that the user gave, or one of its own, whose daemon thread
/// starts with the first timer. Virtual time works in both ways.
///
/// **Threads.** Any, outside the drain; [#nowNs] inside as well.
final class Timers {
  private final Scheduler scheduler;
  private final boolean own;
  private final Disposable.Swap pending = Disposables.swap();

  Timers(@Nullable Scheduler given) {
    this.own = given == null;
    this.scheduler = given == null ? Schedulers.newSingle("sluice-timer", true) : given;
  }

  /// In nanoseconds from some origin.
  long nowNs() {
    return scheduler.now(TimeUnit.NANOSECONDS);
  }

  /// Calls `action` at this time; replaces the one set before.
  void at(long deadlineNs, Runnable action) {
    long delayNs = Math.max(0, deadlineNs - nowNs());
    pending.update(scheduler.schedule(action, delayNs, TimeUnit.NANOSECONDS));
  }

  Scheduler scheduler() {
    return scheduler;
  }

  void dispose() {
    pending.dispose();
    if (own) {
      scheduler.dispose();
    }
  }
}
