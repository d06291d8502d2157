package io.sluice.test;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Interrupts a thread whose schedules don't move, such as one that waits in a kernel for something that
/// only another step of the same thread would bring.
///
/// **Threads.** One of its own, which ends when it is closed.
final class Watchdog implements AutoCloseable {
  private final Thread watched = Thread.currentThread();
  private final ScheduledExecutorService clock;
  private volatile long moveCount;
  private long lastSeen = -1;
  private volatile boolean bitten;

  /// Watches the calling thread.
  Watchdog(Duration patience) {
    clock = Executors.newSingleThreadScheduledExecutor(Watchdog::thread);
    var _ =
        clock.scheduleAtFixedRate(
            this::look, patience.toMillis(), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "sluice-test-watchdog");
    thread.setDaemon(true);
    return thread;
  }

  /// The watched thread has done something.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void moved() {
    moveCount++;
  }

  private void look() {
    long now = moveCount;
    if (now == lastSeen) {
      bitten = true;
      watched.interrupt();
    }
    lastSeen = now;
  }

  boolean hasBitten() {
    return bitten;
  }

  /// Ends it, and an interrupt of its own that was not noticed.
  @Override
  public void close() {
    clock.shutdownNow();
    if (bitten) {
      var _ = Thread.interrupted();
    }
  }
}
