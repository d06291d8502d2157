package io.sluice.test;

import io.sluice.runtime.CalledKernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds the first kernel that leaves bytes of a fresh tensor unwritten.
///
/// It watches two plain schedules, which call the same kernels in the same order, but whose fresh bytes
/// are a pattern and its complement. A byte that a kernel left as it was in both was not written: what
/// it wrote would have to equal the pattern and the complement. That is exact for the first such
/// kernel, if kernels write the same when they read the same; those behind it may have read what it
/// left.
///
/// **Bound.** A bit for each byte of the fresh tensors of the first schedule.
final class UnwrittenBytes {
  private final List<BitSet> leftByFirst = new ArrayList<>();
  private boolean second;
  private int next;
  private @Nullable String finding;

  /// The second schedule begins.
  void second() {
    second = true;
  }

  /// The first kernel that leaves bytes out, in words; null if none does.
  @Nullable String finding() {
    return finding;
  }

  /// Calls a kernel and looks at what it has left.
  void call(CalledKernel called) throws Exception {
    List<byte[]> before = new ArrayList<>();
    for (int i = 0; i < called.tensorCount(); i++) {
      MemorySegment fresh = called.undefinedBytes(i);
      before.add(fresh == null ? new byte[0] : fresh.toArray(ValueLayout.JAVA_BYTE));
    }
    called.task().kernel().run(called);
    for (int i = 0; i < called.tensorCount(); i++) {
      MemorySegment fresh = called.undefinedBytes(i);
      if (fresh != null) {
        look(called, i, left(before.get(i), fresh));
      }
    }
  }

  private static BitSet left(byte[] before, MemorySegment after) {
    BitSet left = new BitSet(before.length);
    for (int i = 0; i < before.length; i++) {
      left.set(i, before[i] == after.get(ValueLayout.JAVA_BYTE, i));
    }
    return left;
  }

  private void look(CalledKernel called, int argument, BitSet left) {
    if (!second) {
      leftByFirst.add(left);
    } else if (next < leftByFirst.size()) {
      left.and(leftByFirst.get(next++));
      if (finding == null && !left.isEmpty()) {
        finding = inWords(called, argument, left);
      }
    }
  }

  private static String inWords(CalledKernel called, int argument, BitSet left) {
    int first = left.nextSetBit(0);
    return String.format(
        Locale.ROOT,
        "the kernel of '%s' leaves %,d of %,d bytes of %s unwritten, the first of them [%,d, %,d)",
        called.taskName(),
        left.cardinality(),
        called.tensor(argument).byteSize(),
        called.task().member(called.memberIndex()).tensor(argument).ref(),
        first,
        left.nextClearBit(first));
  }
}
