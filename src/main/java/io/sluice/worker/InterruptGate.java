package io.sluice.worker;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Lets others interrupt a worker's thread, or replace it, while it runs one certain item, and never
/// later. Each thread has a gate of its own.
///
/// **Order.** Who interrupts closes the gate behind itself for as long as it takes; the worker
/// can't leave meanwhile, and clears its flag when it has left. This is the only wait in a worker's
/// cycle, and it lasts as long as one call of [Thread#interrupt], or the start of one thread.
///
/// ```
/// open ─ enter ─▶ the item ─ leave ─▶ open
///                  │   ▲
///  interrupt, lose ▼   │ done
///                 CLOSED
/// ```
final class InterruptGate {
  private static final Object CLOSED = new Object();

  private final AtomicReference<@Nullable Object> inside = new AtomicReference<>();

  /// Written by the thread itself, before its first item.
  private @Nullable Thread thread;

  /// Written behind a closed gate, read by the thread once it is through.
  private boolean isLost;

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

  /// Has the thread end with this item, if it is inside it and `successor` can be started.
  boolean lose(Work work, BooleanSupplier successor) {
    if (!inside.compareAndSet(work, CLOSED)) {
      return false;
    }
    try {
      boolean started = !isLost && successor.getAsBoolean();
      isLost |= started;
      return started;
    } finally {
      inside.setRelease(work);
    }
  }

  /// For the worker, after [#leave]: whether another thread has its place, so that it has to end.
  boolean isLost() {
    return isLost;
  }

  private void interruptThread() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
