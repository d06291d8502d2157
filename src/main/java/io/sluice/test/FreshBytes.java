package io.sluice.test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Fills fresh slabs, in which anything may be, with bytes that are unlike each other and unlike what
/// kernels write: so a kernel that leaves some out is seen, and who reads them.
///
/// The bytes depend on the seed, on how many slabs were filled before, and on their place.
///
/// Source of the mixing: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators"
/// (2014).
final class FreshBytes {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final boolean inverted;
  private long slabCount;

  /// @param inverted whether all bits are the other way round
  FreshBytes(long seed, boolean inverted) {
    this.seed = seed;
    this.inverted = inverted;
  }

  /// Fills a slab that was just taken.
  void fill(MemorySegment slab) {
    long start = next();
    long words = slab.byteSize() / Long.BYTES;
    for (long i = 0; i < words; i++) {
      slab.setAtIndex(ValueLayout.JAVA_LONG, i, word(start, i));
    }
  }

  private synchronized long next() {
    return mixed(seed + GOLDEN * ++slabCount);
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
