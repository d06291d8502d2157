package io.sluice.worker.process;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// Words of shared memory, with the memory order in the method's name.
final class Words {
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private Words() {}

  static int getAcquire(MemorySegment memory, long offset) {
    return (int) INT.getAcquire(memory, offset);
  }

  static int getVolatile(MemorySegment memory, long offset) {
    return (int) INT.getVolatile(memory, offset);
  }

  static void setRelease(MemorySegment memory, long offset, int value) {
    INT.setRelease(memory, offset, value);
  }

  static void setVolatile(MemorySegment memory, long offset, int value) {
    INT.setVolatile(memory, offset, value);
  }

  static boolean compareAndSet(MemorySegment memory, long offset, int expected, int value) {
    return INT.compareAndSet(memory, offset, expected, value);
  }

  static int getAndAdd(MemorySegment memory, long offset, int delta) {
    return (int) INT.getAndAdd(memory, offset, delta);
  }

  static int getInt(MemorySegment memory, long offset) {
    return (int) INT.get(memory, offset);
  }

  static void setInt(MemorySegment memory, long offset, int value) {
    INT.set(memory, offset, value);
  }

  static long getLong(MemorySegment memory, long offset) {
    return (long) LONG.get(memory, offset);
  }

  static long getLongAcquire(MemorySegment memory, long offset) {
    return (long) LONG.getAcquire(memory, offset);
  }

  static void setLong(MemorySegment memory, long offset, long value) {
    LONG.set(memory, offset, value);
  }
}
