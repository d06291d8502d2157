package io.sluice.worker.process;

import io.sluice.memory.SharedRegion;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The word on which the parent's watcher sleeps, and which children and threads of the parent raise.
///
/// **Order.** Who brings something writes it, raises the word, and then looks whether the watcher sleeps;
/// the watcher says that it sleeps, and then looks at the word. Both with full fences, so one of them sees
/// the other.
final class Signal implements AutoCloseable {

  private static final long PAUSE_NS = 1_000_000;

  private final @Nullable SharedRegion region;
  private final MemorySegment memory;
  private final Waiter waiter;

  private Signal(SharedRegion region, Waiter waiter) {
    this(region, region.segment(), waiter);
  }

  /// @param region what is to be unmapped in the end; null for bytes of somebody else's
  Signal(@Nullable SharedRegion region, MemorySegment memory, Waiter waiter) {
    this.region = region;
    this.memory = memory;
    this.waiter = waiter;
  }

  static Signal create(Waiter waiter) {
    return new Signal(
        SharedRegion.create(MailboxLayout.SIGNAL_BYTES, SharedRegion.Purpose.MAILBOX), waiter);
  }

  /// A child's.
  static Signal attach(long parentPid, int descriptor, Waiter waiter) {
    return new Signal(
        SharedRegion.attach(parentPid, descriptor, MailboxLayout.SIGNAL_BYTES), waiter);
  }

  int descriptor() {
    return Objects.requireNonNull(region).fileDescriptor().orElseThrow();
  }

  /// Any thread of any process. Behind the end of the pool there is nobody to be told.
  void raise() {
    try {
      increment();
      wakeSleeper();
    } catch (IllegalStateException unmapped) {
      if (region != null && region.isOpen()) {
        throw unmapped;
      }
    }
  }

  void increment() {
    Words.getAndAdd(memory, MailboxLayout.SIGNAL, 1);
  }

  void wakeSleeper() {
    if (Words.getVolatile(memory, MailboxLayout.SIGNAL_SLEEPING) != 0) {
      waiter.wake(memory, MailboxLayout.SIGNAL);
    }
  }

  /// For the watcher, before it looks around.
  int read() {
    return Words.getVolatile(memory, MailboxLayout.SIGNAL);
  }

  /// For the watcher: sleeps until somebody raises it above what it has read, or the time is over.
  void await(int seen, long timeoutNs) {
    if (maySleep(seen)) {
      waiter.await(memory, MailboxLayout.SIGNAL, seen, timeoutNs);
    }
    sayAwake();
  }

  /// Says that it sleeps, and then looks once more.
  boolean maySleep(int seen) {
    saySleeping();
    return read() == seen;
  }

  void saySleeping() {
    Words.setVolatile(memory, MailboxLayout.SIGNAL_SLEEPING, 1);
  }

  void sayAwake() {
    Words.setVolatile(memory, MailboxLayout.SIGNAL_SLEEPING, 0);
  }

  /// Unmaps it: for the watcher, once no child is left. Whoever raises it at this moment is waited for.
  @Override
  public void close() {
    while (region != null && region.isOpen()) {
      try {
        region.close();
      } catch (IllegalStateException inUse) {
        LockSupport.parkNanos(this, PAUSE_NS);
      }
    }
  }
}
