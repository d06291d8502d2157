package io.sluice.worker;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The duty of one sleeper: to wake up now and then, and to see whether an item lies behind a worker
/// that is held up, say by a subscriber that blocks.
///
/// Only one worker keeps it, and only while another one runs short items; who is inside one item for
/// longer than a tick is marked away, and what is handed to it wakes a sleeper by itself. So neither
/// an idle pool nor one full of long kernels ticks.
///
/// **Order.** A dispatcher stores the item and then looks for a watcher; a watcher leaves the watch
/// and then looks for items. So either the watcher sees the item, or the dispatcher appoints another. The
/// same goes for who says that items wait outside.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `watcher` | shared | compare and set, to oneself or to a sleeper that is then woken |
/// | `tickNanos` | the watcher | plain, handed over with `watcher` |
final class Watch {
  private static final long FIRST_TICK_NANOS = 1_000_000;
  private static final long LAST_TICK_NANOS = 2_000_000;

  private final Crew crew;
  private final AtomicReference<@Nullable Worker> watcher = new AtomicReference<>();
  private long tickNanos = FIRST_TICK_NANOS;

  Watch(Crew crew) {
    this.crew = crew;
  }

  /// For a dispatcher that left an item behind a busy worker: somebody has an eye on it, or nobody
  /// sleeps, and whoever does next will look first.
  void ensure() {
    while (watcher.get() == null && crew.hasSleepers()) {
      Worker sleeper = crew.findSleeper();
      if (sleeper == null || !watcher.compareAndSet(null, sleeper) || crew.wakeToHelp(sleeper)) {
        return;
      }
      // It woke up by itself, and may never learn of its appointment.
      watcher.compareAndSet(sleeper, null);
    }
  }

  /// For a worker that announced its sleep: parks it, for a tick if it has the watch.
  ///
  /// It may return for no reason, and does so in particular without parking when it gave up the watch:
  /// the caller must look around once more.
  void park(Worker worker) {
    boolean watching = watcher.get() == worker;
    boolean needed = crew.hasLively(worker);
    if (watching && !needed) {
      handOn(worker);
    } else if (watching || (needed && watcher.compareAndSet(null, worker))) {
      keep(worker);
    } else {
      worker.park();
    }
  }

  /// Its last look, which follows, finds what is to be told.
  private void keep(Worker worker) {
    worker.park(tickNanos);
    if (worker.status.isParked()) {
      tickNanos = Math.min(LAST_TICK_NANOS, 2 * tickNanos);
      crew.markThoseHeldUp();
    }
  }

  /// For a worker that goes to run an item: if it has the watch, another sleeper gets it when there is
  /// something to see already. If not, who leaves something will appoint one.
  void leave(Worker worker) {
    if (watcher.get() == worker) {
      handOn(worker);
    }
  }

  /// Gives the watch up, and has another one keep it, or the same one look around, if there is something to see by now.
  private void handOn(Worker worker) {
    tickNanos = FIRST_TICK_NANOS;
    watcher.set(null);
    if (crew.findHolder(worker) != null || crew.takeAwaited()) {
      ensure();
    }
  }
}
