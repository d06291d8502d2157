package io.sluice.task;

/// The type of a tensor's elements, with its size in bytes as stored, in native byte order.
public enum DType {
  /// IEEE 754 single precision, Java's `float`.
  FLOAT32(4),
  /// IEEE 754 double precision, Java's `double`.
  FLOAT64(8),
  /// IEEE 754 half precision: five exponent bits, ten of mantissa.
  FLOAT16(2),
  /// The upper half of a `FLOAT32`: eight exponent bits, seven of mantissa.
  BFLOAT16(2),
  /// Java's `byte`.
  INT8(1),
  /// Java's `short`.
  INT16(2),
  /// Java's `int`.
  INT32(4),
  /// Java's `long`.
  INT64(8),
  /// 0 to 255.
  UINT8(1),
  /// 0 to 65,535.
  UINT16(2),
  /// 0 to 2^32 - 1.
  UINT32(4),
  /// 0 to 2^64 - 1; read as a `long` it may be negative.
  UINT64(8),
  /// 0 for false, 1 for true.
  BOOL(1),
  /// Four exponent bits, three of mantissa, finite values and NaN only (OCP FP8).
  FP8E4M3FN(1),
  /// An exponent only: a power of two (OCP microscaling formats).
  FP8E8M0(1),
  /// Two exponent bits, one of mantissa (OCP microscaling formats); stored a byte each.
  FP4E2M1(1);

  private final int byteSize;

  DType(int byteSize) {
    this.byteSize = byteSize;
  }

  /// Bytes of one element as stored: 1, 2, 4 or 8.
  public int byteSize() {
    return byteSize;
  }
}
