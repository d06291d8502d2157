package io.sluice.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// Sleeps in the kernel's futex, with nothing of the JDK's between: what a wake-up costs at least. Linux only.
final class FutexSignal implements Signal {
  private static final long SYSCALL_NUMBER =
      System.getProperty("os.arch").equals("aarch64") ? 98 : 202;
  private static final long WAIT_PRIVATE = 128;
  private static final long WAKE_PRIVATE = 129;
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

  /// syscall(number, address, operation, value, timeout, address, value)
  private static final MethodHandle SYSCALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG),
              Linker.Option.firstVariadicArg(1));

  private final MemorySegment word = Arena.global().allocate(ValueLayout.JAVA_INT);

  @Override
  public void raise() {
    WORD.setVolatile(word, 0L, 1);
    call(WAKE_PRIVATE, 1);
  }

  @Override
  public void await() {
    while (!WORD.compareAndSet(word, 0L, 1, 0)) {
      call(WAIT_PRIVATE, 0);
    }
  }

  private void call(long operation, long value) {
    try {
      long ignored =
          (long)
              SYSCALL.invokeExact(
                  SYSCALL_NUMBER,
                  word,
                  operation,
                  value,
                  MemorySegment.NULL,
                  MemorySegment.NULL,
                  0L);
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
