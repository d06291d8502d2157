package io.sluice.worker;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Lets others interrupt a worker while it runs one certain item, and never later.
///
/// **Order.** Who interrupts closes the gate behind itself for as long as it takes; the worker
/// can't leave meanwhile, and clears its flag when it has left. This is the only wait in a worker's
/// cycle, and it lasts as long as one call of [Thread#interrupt].
///
/// ```
/// open ─ enter ─▶ the item ─ leave ─▶ open
///                  │   ▲
///        interrupt ▼   │ done
///                 CLOSED
/// ```
final class InterruptGate {
  private static final Object CLOSED = new Object();

  private final AtomicReference<@Nullable Object> inside = new AtomicReference<>();

  /// Written by the thread itself, before its first item.
  private @Nullable Thread thread;

  /// For the worker: this is the thread.
  void bind(Thread worker) {
    thread = worker;
  }

  /// For the worker: it is about to run this item.
  void enter(Work work) {
    inside.setRelease(work);
  }

  /// For the worker: from here on nobody interrupts it, and nobody has.
  @SuppressWarnings("ThreadPriorityCheck") // The interrupter may need this very core to go on.
  void leave(Work work) {
    while (!inside.compareAndSet(work, null)) {
      Thread.yield();
    }
    Thread.interrupted();
  }

  /// Interrupts the thread if it is inside this item.
  boolean interrupt(Work work) {
    if (!inside.compareAndSet(work, CLOSED)) {
      return false;
    }
    try {
      interruptThread();
    } finally {
      inside.setRelease(work);
    }
    return true;
  }

  private void interruptThread() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
