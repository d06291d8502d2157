package io.sluice.worker.process;

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
import java.util.Optional;

/// What Sluice asks of Linux itself, through `syscall` of the C library: one function to be linked, which
/// takes some 50 ms.
///
/// **Threads.** Any. Restricted methods are called by [#link], and by nothing else in Sluice.
final class SystemCalls {
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int SIGKILL = 9;

  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final Numbers numbers;
  private final MethodHandle syscall;

  /// What a thread needs for a call, made once for each.
  private final ThreadLocal<MemorySegment> captured =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURED));

  /// Of calls, which differ between processors: x86-64 has a table of its own, AArch64 the generic one.
  record Numbers(long futex, long prctl) {
    static Optional<Numbers> of(String processor) {
      return switch (processor) {
        case "amd64" -> Optional.of(new Numbers(202, 157));
        case "aarch64" -> Optional.of(new Numbers(98, 167));
        default -> Optional.empty();
      };
    }
  }

  private SystemCalls(Numbers numbers, MethodHandle syscall) {
    this.numbers = numbers;
    this.syscall = syscall;
  }

  /// Whether calls are known here.
  static boolean isSupported() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")
        && Numbers.of(System.getProperty("os.arch", "")).isPresent();
  }

  static boolean isAllowed() {
    return SystemCalls.class.getModule().isNativeAccessEnabled();
  }

  static String platform() {
    return System.getProperty("os.name") + " for " + System.getProperty("os.arch");
  }

  /// @throws IllegalStateException if calls are not known here
  @SuppressWarnings(
      "restricted") // What needs --enable-native-access is called here and nowhere else.
  static SystemCalls link() {
    Numbers numbers =
        Numbers.of(System.getProperty("os.arch", ""))
            .orElseThrow(() -> new IllegalStateException("no system calls on " + platform()));
    Linker linker = Linker.nativeLinker();
    return new SystemCalls(
        numbers,
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(1),
            Linker.Option.captureCallState("errno")));
  }

  /// futex(2).
  ///
  /// @return 0, or the number of the error
  int futex(MemorySegment word, int operation, int value, MemorySegment timeout) {
    return call(numbers.futex, word, operation, value, timeout);
  }

  /// prctl(2): has the system kill this process when the *thread* ends that started it; as long as the
  /// calling thread lives. It needs nobody here: neither a thread that gets to run nor a safepoint.
  ///
  /// @return 0, or the number of the error
  int dieWithStarter() {
    MemorySegment operation = MemorySegment.ofAddress(PR_SET_PDEATHSIG);
    return call(numbers.prctl, operation, SIGKILL, 0, MemorySegment.NULL);
  }

  private int call(
      long number, MemorySegment first, long second, long third, MemorySegment fourth) {
    MemorySegment state = captured.get();
    long result;
    try {
      result = (long) syscall.invokeExact(state, number, first, second, third, fourth);
    } catch (Throwable impossible) {
      throw new IllegalStateException("the system can't be called", impossible);
    }
    return result < 0 ? (int) ERRNO.get(state, 0L) : 0;
  }
}
