package io.sluice.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/// Views of the integer types that need a `long`.
///
/// A real value is rounded to the nearest integer, ties to even, and saturates; NaN becomes 0.
abstract class LongView extends ElementView {
  private LongView(ViewBytes bytes, Lease lease) {
    super(bytes, lease);
  }

  @Override
  float loadFloat(long element) {
    return (float) loadLong(element);
  }

  @Override
  double loadDouble(long element) {
    return (double) loadLong(element);
  }

  @Override
  final int loadInt(long element) {
    return (int) loadLong(element);
  }

  @Override
  final boolean loadBoolean(long element) {
    return loadLong(element) != 0;
  }

  @Override
  final void storeFloat(long element, float value) {
    storeDouble(element, value);
  }

  @Override
  final void storeInt(long element, int value) {
    storeLong(element, value);
  }

  /// Four bytes without a sign.
  static final class Uint32 extends LongView {
    private static final long MAX = 0xFFFF_FFFFL;

    Uint32(ViewBytes bytes, Lease lease) {
      super(bytes, lease);
    }

    @Override
    long loadLong(long element) {
      return segment.getAtIndex(JAVA_INT, element) & MAX;
    }

    @Override
    void storeDouble(long element, double value) {
      storeLong(element, Math.clamp((long) Math.rint(value), 0, MAX));
    }

    @Override
    void storeLong(long element, long value) {
      segment.setAtIndex(JAVA_INT, element, (int) value);
    }
  }

  /// Eight bytes with a sign.
  static final class Int64 extends LongView {
    Int64(ViewBytes bytes, Lease lease) {
      super(bytes, lease);
    }

    @Override
    long loadLong(long element) {
      return segment.getAtIndex(JAVA_LONG, element);
    }

    @Override
    void storeDouble(long element, double value) {
      storeLong(element, (long) Math.rint(value));
    }

    @Override
    void storeLong(long element, long value) {
      segment.setAtIndex(JAVA_LONG, element, value);
    }
  }

  /// Eight bytes without a sign. As a real value it is never negative; as a `long` it is its bits.
  static final class Uint64 extends LongView {
    Uint64(ViewBytes bytes, Lease lease) {
      super(bytes, lease);
    }

    @Override
    float loadFloat(long element) {
      long bits = loadLong(element);
      return bits >= 0 ? (float) bits : 2 * (float) halved(bits);
    }

    @Override
    double loadDouble(long element) {
      long bits = loadLong(element);
      return bits >= 0 ? (double) bits : 2 * (double) halved(bits);
    }

    /// Half of it, its last bit kept for the rounding.
    private static long halved(long bits) {
      return bits >>> 1 | (bits & 1);
    }

    @Override
    long loadLong(long element) {
      return segment.getAtIndex(JAVA_LONG, element);
    }

    @Override
    void storeDouble(long element, double value) {
      storeLong(element, nearest(value));
    }

    private static long nearest(double value) {
      if (value >= 0x1p64) {
        return -1;
      }
      return value >= 0x1p63
          ? (long) (value - 0x1p63) ^ Long.MIN_VALUE
          : Math.max(0, (long) Math.rint(value));
    }

    @Override
    void storeLong(long element, long value) {
      segment.setAtIndex(JAVA_LONG, element, value);
    }
  }
}
