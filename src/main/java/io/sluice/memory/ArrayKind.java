package io.sluice.memory;

import io.sluice.task.DType;

/// The types of Java arrays that bulk copies take.
enum ArrayKind {
  FLOATS("float[]"),
  DOUBLES("double[]"),
  BYTES("byte[]"),
  SHORTS("short[]"),
  INTS("int[]"),
  LONGS("long[]");

  private final String javaName;

  ArrayKind(String javaName) {
    this.javaName = javaName;
  }

  /// The one that takes the bits of this dtype as they are.
  private static ArrayKind of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> FLOATS;
      case FLOAT64 -> DOUBLES;
      case INT8, UINT8, BOOL, FP8E4M3FN, FP8E8M0, FP4E2M1 -> BYTES;
      case INT16, UINT16, FLOAT16, BFLOAT16 -> SHORTS;
      case INT32, UINT32 -> INTS;
      case INT64, UINT64 -> LONGS;
    };
  }

  void check(ViewBytes view) {
    ArrayKind fitting = of(view.dtype());
    if (this != fitting) {
      throw new IllegalArgumentException(
          "elements of %s are %s and bulk copies don't convert: use a %s, not a %s, or get and set"
              .formatted(view, view.dtype(), fitting.javaName, javaName));
    }
  }
}
