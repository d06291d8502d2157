package io.sluice.worker.process;

import io.sluice.config.WakeUp;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.OptionalLong;

/// Sleeps in the system: futex(2), shared between processes, called through `syscall`.
///
/// The system compares the word and goes to sleep in one step, so that a change right before is not
/// missed. A word that has changed (`EAGAIN`), a signal (`EINTR`) and a time that is over (`ETIMEDOUT`) all
/// end the sleep; the caller looks again. Any other error is a bug.
///
/// **Threads.** Any. Restricted methods are called when the first one is made, and by nothing else in
/// Sluice.
final class FutexWaiter implements Waiter {
  private static final int FUTEX_WAIT = 0;
  private static final int FUTEX_WAKE = 1;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int ETIMEDOUT = 110;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final long callNumber;
  private final MethodHandle syscall;

  /// What a thread needs for a call, made once for each.
  private final ThreadLocal<CallMemory> callMemory = ThreadLocal.withInitial(CallMemory::new);

  private static final class CallMemory {
    final MemorySegment captured = Arena.ofAuto().allocate(CAPTURED);
    final MemorySegment timeout = Arena.ofAuto().allocate(2 * Long.BYTES, Long.BYTES);
  }

  @SuppressWarnings(
      "restricted") // What needs --enable-native-access is called here and nowhere else.
  FutexWaiter() {
    this.callNumber =
        callNumber(System.getProperty("os.arch", ""))
            .orElseThrow(() -> new IllegalStateException("no futex on " + platform()));
    Linker linker = Linker.nativeLinker();
    this.syscall =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(1),
            Linker.Option.captureCallState("errno"));
  }

  static boolean isSupported() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")
        && callNumber(System.getProperty("os.arch", "")).isPresent();
  }

  /// The number of the system call differs between processors: x86-64 has a table of its own, AArch64 the
  /// generic one.
  static OptionalLong callNumber(String processor) {
    return switch (processor) {
      case "amd64" -> OptionalLong.of(202);
      case "aarch64" -> OptionalLong.of(98);
      default -> OptionalLong.empty();
    };
  }

  static String platform() {
    return System.getProperty("os.name") + " for " + System.getProperty("os.arch");
  }

  @Override
  public void await(MemorySegment memory, long offset, int expected, long timeoutNs) {
    CallMemory own = callMemory.get();
    own.timeout.set(ValueLayout.JAVA_LONG, 0, timeoutNs / NANOS_PER_SECOND);
    own.timeout.set(ValueLayout.JAVA_LONG, Long.BYTES, timeoutNs % NANOS_PER_SECOND);
    call(own, memory, offset, FUTEX_WAIT, expected, own.timeout);
  }

  @Override
  public void wake(MemorySegment memory, long offset) {
    call(callMemory.get(), memory, offset, FUTEX_WAKE, Integer.MAX_VALUE, MemorySegment.NULL);
  }

  private void call(
      CallMemory own,
      MemorySegment memory,
      long offset,
      int operation,
      int value,
      MemorySegment timeout) {
    long result;
    try {
      result =
          (long)
              syscall.invokeExact(
                  own.captured,
                  callNumber,
                  memory.asSlice(offset, Integer.BYTES),
                  operation,
                  value,
                  timeout);
    } catch (Throwable impossible) {
      throw new IllegalStateException("futex can't be called", impossible);
    }
    if (result < 0) {
      check((int) ERRNO.get(own.captured, 0L));
    }
  }

  private static void check(int errno) {
    if (errno != EAGAIN && errno != EINTR && errno != ETIMEDOUT) {
      throw new IllegalStateException("futex failed with error " + errno + "; a bug in Sluice");
    }
  }

  @Override
  public WakeUp kind() {
    return WakeUp.FUTEX;
  }
}
