package io.sluice.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/// Views of the real types whose values a `float` holds exactly.
abstract class FloatView extends ElementView {
  private FloatView(ViewBytes bytes, Lease lease) {
    super(bytes, lease);
  }

  @Override
  final double loadDouble(long element) {
    return loadFloat(element);
  }

  @Override
  final int loadInt(long element) {
    return (int) loadFloat(element);
  }

  @Override
  final long loadLong(long element) {
    return (long) loadFloat(element);
  }

  @Override
  final boolean loadBoolean(long element) {
    return loadFloat(element) != 0;
  }

  @Override
  void storeFloat(long element, float value) {
    storeDouble(element, value);
  }

  @Override
  final void storeInt(long element, int value) {
    storeDouble(element, value);
  }

  @Override
  void storeLong(long element, long value) {
    storeDouble(element, SmallFloats.roundedToOdd(value));
  }

  /// IEEE 754 `binary32`.
  static final class Float32 extends FloatView {
    Float32(ViewBytes bytes, Lease lease) {
      super(bytes, lease);
    }

    @Override
    float loadFloat(long element) {
      return segment.getAtIndex(JAVA_FLOAT, element);
    }

    @Override
    void storeFloat(long element, float value) {
      segment.setAtIndex(JAVA_FLOAT, element, value);
    }

    @Override
    void storeDouble(long element, double value) {
      storeFloat(element, (float) value);
    }

    @Override
    void storeLong(long element, long value) {
      storeFloat(element, (float) value);
    }
  }

  /// IEEE 754 `binary16`.
  static final class Float16 extends FloatView {
    Float16(ViewBytes bytes, Lease lease) {
      super(bytes, lease);
    }

    @Override
    float loadFloat(long element) {
      return Float.float16ToFloat(segment.getAtIndex(JAVA_SHORT, element));
    }

    @Override
    void storeFloat(long element, float value) {
      segment.setAtIndex(JAVA_SHORT, element, Float.floatToFloat16(value));
    }

    @Override
    void storeDouble(long element, double value) {
      segment.setAtIndex(JAVA_SHORT, element, SmallFloats.toFloat16(value));
    }
  }

  /// The upper half of a `float`.
  static final class Bfloat16 extends FloatView {
    Bfloat16(ViewBytes bytes, Lease lease) {
      super(bytes, lease);
    }

    @Override
    float loadFloat(long element) {
      return SmallFloats.fromBfloat16(segment.getAtIndex(JAVA_SHORT, element));
    }

    @Override
    void storeFloat(long element, float value) {
      segment.setAtIndex(JAVA_SHORT, element, SmallFloats.toBfloat16(value));
    }

    @Override
    void storeDouble(long element, double value) {
      segment.setAtIndex(JAVA_SHORT, element, SmallFloats.toBfloat16(value));
    }
  }

  /// One byte, finite values and NaN.
  static final class Fp8E4M3 extends FloatView {
    Fp8E4M3(ViewBytes bytes, Lease lease) {
      super(bytes, lease);
    }

    @Override
    float loadFloat(long element) {
      return SmallFloats.fromE4M3(segment.get(JAVA_BYTE, element));
    }

    @Override
    void storeDouble(long element, double value) {
      segment.set(JAVA_BYTE, element, SmallFloats.toE4M3(value));
    }
  }

  /// One byte, powers of two and NaN.
  static final class Fp8E8M0 extends FloatView {
    Fp8E8M0(ViewBytes bytes, Lease lease) {
      super(bytes, lease);
    }

    @Override
    float loadFloat(long element) {
      return SmallFloats.fromE8M0(segment.get(JAVA_BYTE, element));
    }

    @Override
    void storeDouble(long element, double value) {
      segment.set(JAVA_BYTE, element, SmallFloats.toE8M0(value));
    }
  }

  /// The lower four bits of a byte.
  static final class Fp4E2M1 extends FloatView {
    Fp4E2M1(ViewBytes bytes, Lease lease) {
      super(bytes, lease);
    }

    @Override
    float loadFloat(long element) {
      return SmallFloats.fromE2M1(segment.get(JAVA_BYTE, element));
    }

    @Override
    void storeDouble(long element, double value) {
      segment.set(JAVA_BYTE, element, SmallFloats.toE2M1(value));
    }
  }
}
