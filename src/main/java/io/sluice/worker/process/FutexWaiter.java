package io.sluice.worker.process;

import io.sluice.config.WakeUp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Sleeps in the system: futex(2), shared between processes.
///
/// The system compares the word and goes to sleep in one step, so that a change right before is not
/// missed. A word that has changed (`EAGAIN`), a signal (`EINTR`) and a time that is over (`ETIMEDOUT`) all
/// end the sleep; the caller looks again. Any other error is a bug.
///
/// **Threads.** Any.
final class FutexWaiter implements Waiter {
  private static final int FUTEX_WAIT = 0;
  private static final int FUTEX_WAKE = 1;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int ETIMEDOUT = 110;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final SystemCalls calls;

  /// Seconds and nanoseconds, made once for each thread.
  private final ThreadLocal<MemorySegment> timeouts =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(2 * Long.BYTES, Long.BYTES));

  FutexWaiter(SystemCalls calls) {
    this.calls = calls;
  }

  @Override
  public void await(MemorySegment memory, long offset, int expected, long timeoutNs) {
    MemorySegment timeout = timeouts.get();
    timeout.set(ValueLayout.JAVA_LONG, 0, timeoutNs / NANOS_PER_SECOND);
    timeout.set(ValueLayout.JAVA_LONG, Long.BYTES, timeoutNs % NANOS_PER_SECOND);
    call(memory, offset, FUTEX_WAIT, expected, timeout);
  }

  @Override
  public void wake(MemorySegment memory, long offset) {
    call(memory, offset, FUTEX_WAKE, Integer.MAX_VALUE, MemorySegment.NULL);
  }

  private void call(
      MemorySegment memory, long offset, int operation, int value, MemorySegment timeout) {
    int errno = calls.futex(memory.asSlice(offset, Integer.BYTES), operation, value, timeout);
    if (errno != 0 && errno != EAGAIN && errno != EINTR && errno != ETIMEDOUT) {
      throw new IllegalStateException("futex failed with error " + errno + "; a bug in Sluice");
    }
  }

  @Override
  public WakeUp kind() {
    return WakeUp.FUTEX;
  }
}
