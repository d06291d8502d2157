package io.sluice.memory;

import io.sluice.task.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What the codes of a real type of one or two bytes mean, by the formula of its specification: the
/// reference that the conversions are compared with.
///
/// @param dtype the type
/// @param signBits 0 or 1
/// @param exponentBits at most 8
/// @param mantissaBits 0 to 10
/// @param bias what the exponent is too large by
record SmallFormat(DType dtype, int signBits, int exponentBits, int mantissaBits, int bias) {
  static final SmallFormat FLOAT16 = new SmallFormat(DType.FLOAT16, 1, 5, 10, 15);
  static final SmallFormat BFLOAT16 = new SmallFormat(DType.BFLOAT16, 1, 8, 7, 127);
  static final SmallFormat E4M3 = new SmallFormat(DType.FP8E4M3FN, 1, 4, 3, 7);
  static final SmallFormat E8M0 = new SmallFormat(DType.FP8E8M0, 0, 8, 0, 127);
  static final SmallFormat E2M1 = new SmallFormat(DType.FP4E2M1, 1, 2, 1, 1);

  /// A value that some code stands for.
  record Coded(int code, double value) {}

  static List<SmallFormat> all() {
    return List.of(FLOAT16, BFLOAT16, E4M3, E8M0, E2M1);
  }

  int codeCount() {
    return 1 << (signBits + exponentBits + mantissaBits);
  }

  double valueOf(int code) {
    int mantissa = code & ((1 << mantissaBits) - 1);
    int exponent = (code >> mantissaBits) & ((1 << exponentBits) - 1);
    int sign = signBits == 1 && code >= codeCount() / 2 ? -1 : 1;
    if (isNan(exponent, mantissa)) {
      return Double.NaN;
    }
    if (isIeee() && exponent == (1 << exponentBits) - 1) {
      return sign * Double.POSITIVE_INFINITY;
    }
    double fraction = mantissa / Math.pow(2, mantissaBits);
    boolean subnormal = exponent == 0 && dtype != DType.FP8E8M0;
    return subnormal
        ? sign * fraction * Math.pow(2, 1 - bias)
        : sign * (1 + fraction) * Math.pow(2, exponent - bias);
  }

  private boolean isNan(int exponent, int mantissa) {
    return switch (dtype) {
      case FP4E2M1 -> false;
      case FP8E4M3FN -> exponent == 15 && mantissa == 7;
      case FP8E8M0 -> exponent == 255;
      default -> exponent == (1 << exponentBits) - 1 && mantissa != 0;
    };
  }

  boolean isIeee() {
    return dtype == DType.FLOAT16 || dtype == DType.BFLOAT16;
  }

  /// All finite values in ascending order, -0 before 0.
  List<Coded> finiteValues() {
    List<Coded> finite = new ArrayList<>();
    for (int code = 0; code < codeCount(); code++) {
      if (Double.isFinite(valueOf(code))) {
        finite.add(new Coded(code, valueOf(code)));
      }
    }
    finite.sort(Comparator.comparingDouble(Coded::value));
    return finite;
  }

  @Override
  public String toString() {
    return dtype.toString();
  }
}
