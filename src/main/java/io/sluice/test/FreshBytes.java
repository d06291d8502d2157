package io.sluice.test;

import io.sluice.runtime.CalledKernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Fills what a kernel finds in fresh tensors, where anything may be, with bytes that are unlike each
/// other and unlike what kernels write: a kernel that leaves some out, and who reads them, is seen.
///
/// The bytes depend on the seed, on how many tensors were filled before, and on their place.
///
/// Source of the mixing: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators"
/// (2014).
final class FreshBytes {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final boolean inverted;
  private long filledCount;

  /// @param inverted whether all bits are the other way round
  FreshBytes(long seed, boolean inverted) {
    this.seed = seed;
    this.inverted = inverted;
  }

  /// Fills all fresh tensors of a kernel that is about to run.
  void fill(CalledKernel called) {
    for (int i = 0; i < called.tensorCount(); i++) {
      MemorySegment fresh = called.undefinedBytes(i);
      if (fresh != null) {
        fill(fresh, next());
      }
    }
  }

  private synchronized long next() {
    return mixed(seed + GOLDEN * ++filledCount);
  }

  private void fill(MemorySegment fresh, long start) {
    long words = fresh.byteSize() / Long.BYTES;
    for (long i = 0; i < words; i++) {
      fresh.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, word(start, i));
    }
    long rest = word(start, words);
    for (long at = words * Long.BYTES; at < fresh.byteSize(); at++) {
      fresh.set(ValueLayout.JAVA_BYTE, at, (byte) rest);
      rest >>>= Byte.SIZE;
    }
  }

  private long word(long start, long index) {
    long word = mixed(start + GOLDEN * index);
    return inverted ? ~word : word;
  }

  private static long mixed(long bits) {
    long first = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
    return second ^ (second >>> 31);
  }
}
