package io.sluice.worker.process;

import io.sluice.config.WakeUp;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/// Looks again and again: after 10 µs at first, then less and less often, down to once in a millisecond.
///
/// Its threads are Sluice's own, and nobody interrupts them in it. An interrupt that some user's code has left
/// behind is cleared: with it no pause would last.
final class PollWaiter implements Waiter {
  private static final long FIRST_PAUSE_NS = 10_000;
  private static final long LONGEST_PAUSE_NS = 1_000_000;

  @Override
  public void await(MemorySegment memory, long offset, int expected, long timeoutNs) {
    long startedNs = System.nanoTime();
    long pauseNs = FIRST_PAUSE_NS;
    while (Words.getAcquire(memory, offset) == expected
        && System.nanoTime() - startedNs < timeoutNs) {
      var _ = Thread.interrupted();
      LockSupport.parkNanos(this, pauseNs);
      pauseNs = Math.min(LONGEST_PAUSE_NS, pauseNs + pauseNs / 4);
    }
  }

  /// They look by themselves.
  @Override
  public void wake(MemorySegment memory, long offset) {}

  @Override
  public WakeUp kind() {
    return WakeUp.POLL;
  }
}
