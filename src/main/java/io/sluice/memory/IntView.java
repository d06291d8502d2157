package io.sluice.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/// Views of the integer types whose values an `int` holds.
///
/// A real value is rounded to the nearest integer, ties to even, and saturates; NaN becomes 0.
abstract class IntView extends ElementView {
  private final int min;
  private final int max;

  private IntView(ViewBytes bytes, Lease lease, int min, int max) {
    super(bytes, lease);
    this.min = min;
    this.max = max;
  }

  @Override
  final float loadFloat(long element) {
    return loadInt(element);
  }

  @Override
  final double loadDouble(long element) {
    return loadInt(element);
  }

  @Override
  final long loadLong(long element) {
    return loadInt(element);
  }

  @Override
  final boolean loadBoolean(long element) {
    return loadInt(element) != 0;
  }

  @Override
  final void storeFloat(long element, float value) {
    storeDouble(element, value);
  }

  @Override
  final void storeDouble(long element, double value) {
    storeInt(element, Math.clamp((long) Math.rint(value), min, max));
  }

  @Override
  final void storeLong(long element, long value) {
    storeInt(element, (int) value);
  }

  /// One byte with a sign.
  static final class Int8 extends IntView {
    Int8(ViewBytes bytes, Lease lease) {
      super(bytes, lease, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    @Override
    int loadInt(long element) {
      return segment.get(JAVA_BYTE, element);
    }

    @Override
    void storeInt(long element, int value) {
      segment.set(JAVA_BYTE, element, (byte) value);
    }
  }

  /// One byte without a sign.
  static final class Uint8 extends IntView {
    Uint8(ViewBytes bytes, Lease lease) {
      super(bytes, lease, 0, 0xFF);
    }

    @Override
    int loadInt(long element) {
      return segment.get(JAVA_BYTE, element) & 0xFF;
    }

    @Override
    void storeInt(long element, int value) {
      segment.set(JAVA_BYTE, element, (byte) value);
    }
  }

  /// Two bytes with a sign.
  static final class Int16 extends IntView {
    Int16(ViewBytes bytes, Lease lease) {
      super(bytes, lease, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    @Override
    int loadInt(long element) {
      return segment.getAtIndex(JAVA_SHORT, element);
    }

    @Override
    void storeInt(long element, int value) {
      segment.setAtIndex(JAVA_SHORT, element, (short) value);
    }
  }

  /// Two bytes without a sign.
  static final class Uint16 extends IntView {
    Uint16(ViewBytes bytes, Lease lease) {
      super(bytes, lease, 0, 0xFFFF);
    }

    @Override
    int loadInt(long element) {
      return segment.getAtIndex(JAVA_SHORT, element) & 0xFFFF;
    }

    @Override
    void storeInt(long element, int value) {
      segment.setAtIndex(JAVA_SHORT, element, (short) value);
    }
  }

  /// Four bytes with a sign.
  static final class Int32 extends IntView {
    Int32(ViewBytes bytes, Lease lease) {
      super(bytes, lease, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    @Override
    int loadInt(long element) {
      return segment.getAtIndex(JAVA_INT, element);
    }

    @Override
    void storeInt(long element, int value) {
      segment.setAtIndex(JAVA_INT, element, value);
    }
  }
}
