package io.sluice.memory;

/// A number to divide by often, with its reciprocal: a multiplication instead of a division.
///
/// The reciprocal is `ceil(2^64 / value)`; the upper half of its product with a dividend below 2^32
/// is the exact quotient (D. Lemire, O. Kaser, N. Kurz, *Faster remainder by direct computation*,
/// 2019). Above it, or where the divisor is, the machine divides.
///
/// @param value at least 2
/// @param reciprocal of `value`, or 0 if that is too large for it
record Divisor(long value, long reciprocal) {
  static Divisor of(long value) {
    return new Divisor(value, value >>> 32 == 0 ? Long.divideUnsigned(-1, value) + 1 : 0);
  }

  /// The quotient of a number that is not negative.
  long quotient(long dividend) {
    return dividend >>> 32 == 0 && reciprocal != 0
        ? Math.unsignedMultiplyHigh(reciprocal, dividend)
        : dividend / value;
  }
}
