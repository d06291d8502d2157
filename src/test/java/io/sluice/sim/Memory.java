package io.sluice.sim;

import io.sluice.engine.Version;
import io.sluice.task.Box;
import io.sluice.task.Tensor;
import java.util.Arrays;
import java.util.IdentityHashMap;

/// The bytes of heap and user-owned tensors, one *cell* an element: what a kernel writes is a number
/// that tells writer, member and place, so that no two writes look alike.
final class Memory {
  /// What a zeroed tensor holds.
  static final int ZERO = 0;

  private static final int GARBAGE = 0x5EED0000;

  private final int cellBytes;
  private final int[] heap;
  private final IdentityHashMap<Tensor, int[]> segments = new IdentityHashMap<>();
  private int garbage = GARBAGE;

  Memory(long heapBytes, int cellBytes) {
    this.cellBytes = cellBytes;
    this.heap = new int[(int) (heapBytes / cellBytes)];
  }

  /// Fresh bytes are undefined: each slab gets a pattern of its own.
  void spoil(long offsetBytes, long bytes) {
    Arrays.fill(
        heap,
        (int) (offsetBytes / cellBytes),
        (int) ((offsetBytes + bytes) / cellBytes),
        ++garbage);
  }

  void fill(Version version, Box box, int value) {
    int[] cells = cells(version.tensor());
    int base = base(version);
    Elements.forEach(version.tensor(), box, element -> cells[base + element] = value);
  }

  void write(Version version, Box box, int writer) {
    int[] cells = cells(version.tensor());
    int base = base(version);
    Elements.forEach(
        version.tensor(), box, element -> cells[base + element] = pattern(writer, element));
  }

  /// What the box holds now, row by row.
  int[] read(Version version, Box box) {
    int[] cells = cells(version.tensor());
    int base = base(version);
    int[] seen = new int[(int) box.elementCount()];
    int[] next = new int[1];
    Elements.forEach(version.tensor(), box, element -> seen[next[0]++] = cells[base + element]);
    return seen;
  }

  private int[] cells(Tensor tensor) {
    return tensor.isUserOwned()
        ? segments.computeIfAbsent(tensor, t -> new int[(int) t.shape().elementCount()])
        : heap;
  }

  private int base(Version version) {
    return (int) (version.offsetBytes() / cellBytes);
  }

  /// What a writer leaves at an element; never [#ZERO].
  static int pattern(int writer, int element) {
    int mixed = writer * 0x9E3779B9 + element * 0x85EBCA6B;
    return mixed == ZERO ? 1 : mixed;
  }
}
