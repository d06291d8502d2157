package io.sluice.memory;

/// Conversions between `double` and the real types of one or two bytes.
///
/// Storing rounds to the nearest value, ties to the even code, in one step from `double`: a detour
/// through `float` would round twice. A type with an infinity overflows to it; one without
/// saturates at its largest value.
///
/// | type | bits (sign, exponent, mantissa) | bias | largest | infinity | NaN |
/// | --- | --- | --- | --- | --- | --- |
/// | FLOAT16 | 1, 5, 10 | 15 | 65504 | yes | yes |
/// | BFLOAT16 | 1, 8, 7 | 127 | 3.39e38 | yes | yes |
/// | FP8E4M3FN | 1, 4, 3 | 7 | 448 | no | `7F`, `FF` |
/// | FP8E8M0 | 0, 8, 0 | 127 | 2^127 | no | `FF` |
/// | FP4E2M1 | 1, 2, 1 | 1 | 6 | no | no: stored as 6 |
///
/// FP8E8M0 has neither zero nor sign: what is not above 2^-127 is stored as 2^-127.
///
/// Sources: IEEE 754-2019; OCP 8-bit Floating Point Specification 1.0, saturating conversion; OCP
/// Microscaling Formats 1.0.
final class SmallFloats {
  private static final float[] E4M3 = decoded(256, 3, 4, 7);
  private static final float[] E2M1 = decoded(16, 1, 2, 1);

  private SmallFloats() {}

  private static float[] decoded(int codes, int mantissaBits, int exponentBits, int bias) {
    float[] values = new float[codes];
    int half = codes / 2;
    for (int code = 0; code < half; code++) {
      int mantissa = code & ((1 << mantissaBits) - 1);
      int exponent = (code >> mantissaBits) & ((1 << exponentBits) - 1);
      int implicit = exponent == 0 ? 0 : 1 << mantissaBits;
      int scale = Math.max(exponent, 1) - bias - mantissaBits;
      values[code] = Math.scalb((float) (implicit + mantissa), scale);
      values[code + half] = -values[code];
    }
    return values;
  }

  static float fromBfloat16(short code) {
    return Float.intBitsToFloat(code << 16);
  }

  static short toBfloat16(double value) {
    if (Double.isNaN(value)) {
      return (short) ((signOf(value) << 15) | 0x7FC0);
    }
    return (short) ((signOf(value) << 15) | magnitudeCode(value, 7, -126, 0x7F80));
  }

  static short toFloat16(double value) {
    if (Double.isNaN(value)) {
      return (short) ((signOf(value) << 15) | 0x7E00);
    }
    return (short) ((signOf(value) << 15) | magnitudeCode(value, 10, -14, 0x7C00));
  }

  static float fromE4M3(byte code) {
    return (code & 0x7F) == 0x7F ? Float.NaN : E4M3[code & 0xFF];
  }

  static byte toE4M3(double value) {
    int magnitude = Double.isNaN(value) ? 0x7F : magnitudeCode(value, 3, -6, 0x7E);
    return (byte) ((signOf(value) << 7) | magnitude);
  }

  /// The upper four bits are ignored.
  static float fromE2M1(byte code) {
    return E2M1[code & 0x0F];
  }

  static byte toE2M1(double value) {
    return Double.isNaN(value)
        ? (byte) 7
        : (byte) ((signOf(value) << 3) | magnitudeCode(value, 1, 0, 7));
  }

  static float fromE8M0(byte code) {
    int exponent = code & 0xFF;
    if (exponent == 0xFF) {
      return Float.NaN;
    }
    return exponent == 0 ? 0x1p-127f : Float.intBitsToFloat(exponent << 23);
  }

  static byte toE8M0(double value) {
    if (Double.isNaN(value)) {
      return (byte) 0xFF;
    }
    if (value <= 0x1p-127) {
      return 0;
    }
    if (value >= 0x1p127) {
      return (byte) 0xFE;
    }
    int code = Math.getExponent(value) + 127;
    double fraction = value * powerOfTwo(127 - code);
    boolean up = fraction > 1.5 || (fraction == 1.5 && (code & 1) == 1);
    return (byte) (up ? code + 1 : code);
  }

  private static int signOf(double value) {
    return (int) (Double.doubleToRawLongBits(value) >>> 63);
  }

  /// The code of the magnitude of a number. Codes of positive values ascend with the values, so
  /// rounding up into the next exponent is a carry.
  ///
  /// @param minExponent the exponent of the smallest normal value, which subnormal ones share
  /// @param maxCode the code of infinity, or of the largest value
  private static int magnitudeCode(double value, int mantissaBits, int minExponent, int maxCode) {
    double magnitude = Math.abs(value);
    if (magnitude >= 0x1p128) {
      return maxCode;
    }
    int exponent = Math.max(Math.getExponent(magnitude), minExponent);
    int steps = (int) Math.rint(magnitude * powerOfTwo(mantissaBits - exponent));
    return Math.min(((exponent - minExponent) << mantissaBits) + steps, maxCode);
  }

  private static double powerOfTwo(int exponent) {
    return Double.longBitsToDouble((long) (exponent + 1023) << 52);
  }

  /// The `double` between which and `value` no number of a shorter type lies: inexact values get an
  /// odd last bit, so that rounding it again is as good as rounding `value`.
  static double roundedToOdd(long value) {
    if (Math.abs(value) >>> 53 == 0) {
      return (double) value;
    }
    long sticky = (value & 0x7FF) == 0 ? 0 : 1;
    return (double) ((value >> 11) | sticky) * 0x1p11;
  }
}
