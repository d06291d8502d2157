package io.sluice.runtime;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// The runtime's time: a Reactor scheduler that the user gave, or one of its own, whose daemon thread
/// starts with the first timer. Virtual time works in both ways.
///
/// **Threads.** Any, outside the drain; [#nowNs] inside as well.
final class Timers {
  private static final Logger LOG = LoggerFactory.getLogger(Timers.class);

  private final Scheduler scheduler;
  private final boolean own;
  private final AtomicReference<Pending> pending = new AtomicReference<>(Pending.NONE);
  private final long originNs = System.nanoTime();
  private volatile boolean disposed;

  /// What the given scheduler told last.
  private volatile long lastNs;

  private volatile @Nullable Throwable clockFault;

  Timers(@Nullable Scheduler given) {
    this.own = given == null;
    this.scheduler = given == null ? Schedulers.newSingle("sluice-timer", true) : given;
  }

  /// In nanoseconds from some origin. Not the wall clock, which may be set: but a scheduler that was
  /// given tells its own time.
  long nowNs() {
    return own ? System.nanoTime() - originNs : givenNs();
  }

  /// A moment that has passed, by [System#nanoTime], on the clock of [#nowNs].
  long atOwnTime(long machineNs) {
    return own ? machineNs - originNs : givenNs() - (System.nanoTime() - machineNs);
  }

  /// A user's clock that throws stands still: no more depends on it than timeouts. It is told of by the
  /// next timer, outside the drain.
  private long givenNs() {
    try {
      lastNs = scheduler.now(TimeUnit.NANOSECONDS);
    } catch (Throwable broken) {
      clockFault = broken;
    }
    return lastNs;
  }

  /// Calls `action` at this time, instead of at the one set before. Threads may come out of order: the
  /// highest stamp counts. Does nothing after [#dispose].
  ///
  /// @param stamp above 0
  void at(long deadlineNs, long stamp, Runnable action) {
    long delayNs = Math.max(0, deadlineNs - nowNs());
    Throwable fault = clockFault;
    if (fault != null) {
      clockFault = null;
      UserFault.log(LOG, "the clock of {}, which the runtime was given, threw", scheduler, fault);
    }
    try {
      replace(new Pending(stamp, own ? ownTimer(action, delayNs) : timer(action, delayNs)));
    } catch (RejectedExecutionException refusal) {
      if (!disposed) {
        throw refusal;
      }
    }
  }

  private Disposable timer(Runnable action, long delayNs) {
    return scheduler.schedule(action, delayNs, TimeUnit.NANOSECONDS);
  }

  /// The same on a scheduler whose lock is known to be held for some lines only; BlockHound is told so.
  private Disposable ownTimer(Runnable action, long delayNs) {
    return timer(action, delayNs);
  }

  private void disposeOwn(Disposable what) {
    what.dispose();
  }

  private void replace(Pending next) {
    Pending before = pending.get();
    while (before.stamp < next.stamp && !pending.compareAndSet(before, next)) {
      before = pending.get();
    }
    Disposable old = (before.stamp < next.stamp ? before : next).timer;
    if (own) {
      disposeOwn(old);
    } else {
      old.dispose();
    }
  }

  Scheduler scheduler() {
    return scheduler;
  }

  void dispose() {
    disposed = true;
    replace(Pending.LAST);
    if (own) {
      disposeOwn(scheduler);
    }
  }

  /// What was set, and by which call.
  private record Pending(long stamp, Disposable timer) {
    static final Pending NONE = new Pending(0, Disposables.disposed());
    static final Pending LAST = new Pending(Long.MAX_VALUE, Disposables.disposed());
  }
}
