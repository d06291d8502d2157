package io.sluice.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A column of sizes and places in a heap, each a multiple of [HeapSpace#ALIGNMENT_BYTES].
///
/// **Bound.** 4 bytes a row where all values are below 4 TiB, else 8.
final class UnitColumn {
  private static final int UNIT_SHIFT = Long.numberOfTrailingZeros(HeapSpace.ALIGNMENT_BYTES);

  /// The lower 32 bits of each, in units.
  private int[] low;

  /// The upper ones; null where there are none.
  private int @Nullable [] high;

  /// @param mostBytes no value is above it
  UnitColumn(int rows, long mostBytes) {
    low = new int[rows];
    high = mostBytes >> UNIT_SHIFT >> Integer.SIZE == 0 ? null : new int[rows];
  }

  long get(int row) {
    long units = Integer.toUnsignedLong(low[row]);
    if (high != null) {
      units |= (long) high[row] << Integer.SIZE;
    }
    return units << UNIT_SHIFT;
  }

  void set(int row, long bytes) {
    low[row] = (int) (bytes >> UNIT_SHIFT);
    if (high != null) {
      high[row] = (int) (bytes >> UNIT_SHIFT >> Integer.SIZE);
    }
  }

  void copy(int from, int to) {
    set(to, get(from));
  }

  void resize(int rows) {
    low = Arrays.copyOf(low, rows);
    if (high != null) {
      high = Arrays.copyOf(high, rows);
    }
  }
}
