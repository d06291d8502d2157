package io.sluice.worker.process;

import org.jspecify.annotations.Nullable;

/// Lets the control thread interrupt the kernel of one certain task, and never a later one.
///
/// **Threads.** The thread that runs kernels, and the control thread; a lock between them, in the child
/// only.
final class InterruptDoor {
  private static final long NOBODY = 0;

  private long inside = NOBODY;
  private long interrupted = NOBODY;
  private @Nullable Thread thread;

  /// What was left behind by the code of an earlier task, in a thread of its own perhaps, is none of this one's.
  synchronized void enter(long ticket) {
    var _ = Thread.interrupted();
    inside = ticket;
    thread = Thread.currentThread();
  }

  /// Nobody interrupts any more; a late interrupt is forgotten.
  synchronized void leave() {
    inside = NOBODY;
    Thread.interrupted();
  }

  /// Interrupts the kernel of this task, once, if the thread is inside.
  synchronized void interrupt(long ticket) {
    if (inside == ticket && interrupted != ticket && thread != null) {
      interrupted = ticket;
      thread.interrupt();
    }
  }
}
