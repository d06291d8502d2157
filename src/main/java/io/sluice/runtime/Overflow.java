package io.sluice.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The runtime's own executor, for what a bounded drain leaves: one daemon thread that ends when it
/// has had nothing to do for a while. The test kit has its own in place of it.
final class Overflow implements Executor {
  private static final long IDLE_SECONDS = 5;

  private final Executor executor;

  Overflow(@Nullable Executor given) {
    executor = given == null ? ownThread() : given;
  }

  private static ThreadPoolExecutor ownThread() {
    ThreadPoolExecutor own =
        new ThreadPoolExecutor(
            1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Overflow::thread);
    own.allowCoreThreadTimeOut(true);
    return own;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "sluice-drain");
    thread.setDaemon(true);
    return thread;
  }

  /// Work may still come, and is done; but the thread no longer waits for it.
  void retire() {
    if (executor instanceof ThreadPoolExecutor own) {
      own.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }
}
