package io.sluice.worker.process;

import io.sluice.config.WakeUp;
import io.sluice.error.ConfigurationException;
import java.lang.foreign.MemorySegment;

/// Sleeps until a word of shared memory changes, and wakes who sleeps so, in whichever process.
///
/// A sleep may end early, for no reason; it always ends when its time is over.
interface Waiter {
  /// Sleeps while the `int` at `offset` is `expected`, for at most so long.
  void await(MemorySegment memory, long offset, int expected, long timeoutNs);

  /// Wakes all who sleep on the `int` at `offset`, behind a change of it.
  void wake(MemorySegment memory, long offset);

  /// Which one it is: `FUTEX` or `POLL`.
  WakeUp kind();

  /// The one that `asked` means here.
  ///
  /// @throws ConfigurationException if it needs native access, which this JVM was not given
  static Waiter of(WakeUp asked) {
    if (kindOf(asked) == WakeUp.POLL) {
      return new PollWaiter();
    }
    if (!SystemCalls.isSupported()) {
      throw new ConfigurationException(
          "processes.wakeUp",
          "must be POLL where there is no futex",
          asked + " on " + SystemCalls.platform(),
          "use wakeUp(WakeUp.AUTO)");
    }
    if (!SystemCalls.isAllowed()) {
      throw new ConfigurationException(
          "processes.wakeUp",
          "needs native access, for the system's futex",
          asked + " in a JVM without it",
          "start java with --enable-native-access=ALL-UNNAMED, or use wakeUp(WakeUp.POLL)");
    }
    return new FutexWaiter(SystemCalls.link());
  }

  private static WakeUp kindOf(WakeUp asked) {
    WakeUp best = SystemCalls.isSupported() ? WakeUp.FUTEX : WakeUp.POLL;
    return asked == WakeUp.AUTO ? best : asked;
  }
}
