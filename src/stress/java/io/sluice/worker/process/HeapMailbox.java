package io.sluice.worker.process;

import io.sluice.config.WakeUp;
import java.lang.foreign.MemorySegment;

/// A mailbox of one frame in memory of this process, of which only the words are there, with both of its
/// sides. Nobody sleeps; who would be woken is counted.
final class HeapMailbox {
  private static final int LONGS = (int) (MailboxLayout.HEADER_BYTES + 1_024) / Long.BYTES;

  final Wakes wakes = new Wakes();
  final MemorySegment memory = MemorySegment.ofArray(new long[LONGS]);
  final Signal signal = new Signal(null, MemorySegment.ofArray(new long[16]), wakes);
  final Mailbox parent = new Mailbox(null, memory, 1, wakes);
  final ChildMailbox child = new ChildMailbox(memory, signal, wakes);

  /// Whether somebody was woken.
  static final class Wakes implements Waiter {
    volatile int wakeCount;

    @Override
    public void await(MemorySegment memory, long offset, int expected, long timeoutNs) {}

    @Override
    public void wake(MemorySegment memory, long offset) {
      wakeCount = 1;
    }

    @Override
    public WakeUp kind() {
      return WakeUp.POLL;
    }
  }
}
