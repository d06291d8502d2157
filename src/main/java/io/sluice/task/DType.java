package io.sluice.task;

/// The type of a tensor's elements, with its size in bytes as stored.
public enum DType {
  FLOAT32(4),
  FLOAT64(8),
  FLOAT16(2),
  BFLOAT16(2),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
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

  /// Bytes of one element as stored.
  public int byteSize() {
    return byteSize;
  }
}
