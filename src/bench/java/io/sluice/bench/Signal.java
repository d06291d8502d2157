package io.sluice.bench;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// One thread sleeps until another one raises it.
interface Signal {

  void raise();

  /// Sleeps until it is raised, and lowers it.
  void await();

  /// Whether this machine has a [FutexSignal].
  static boolean hasFutex() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").matches("amd64|aarch64");
  }

  /// By parking, as the JDK's own queues and locks do.
  final class Parked implements Signal {
    private final AtomicBoolean raised = new AtomicBoolean();
    private volatile Thread waiter = Thread.currentThread();

    @Override
    public void raise() {
      raised.set(true);
      LockSupport.unpark(waiter);
    }

    @Override
    public void await() {
      waiter = Thread.currentThread();
      while (!raised.compareAndSet(true, false)) {
        LockSupport.park(this);
      }
    }
  }
}
