package io.sluice.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The runtime's own executor, for what a bounded drain leaves: one daemon thread that ends when it
/// has had nothing to do for a while.
final class Overflow implements Executor {
  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor executor;

  Overflow() {
    executor =
        new ThreadPoolExecutor(
            1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Overflow::thread);
    executor.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "sluice-drain");
    thread.setDaemon(true);
    return thread;
  }

  /// Work may still come, and is done; but the thread no longer waits for it.
  void retire() {
    executor.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }
}
