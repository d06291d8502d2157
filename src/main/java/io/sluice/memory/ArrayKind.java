package io.sluice.memory;

import io.sluice.task.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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

  /// Of one element.
  private ValueLayout layout() {
    return switch (this) {
      case FLOATS -> ValueLayout.JAVA_FLOAT_UNALIGNED;
      case DOUBLES -> ValueLayout.JAVA_DOUBLE_UNALIGNED;
      case BYTES -> ValueLayout.JAVA_BYTE;
      case SHORTS -> ValueLayout.JAVA_SHORT_UNALIGNED;
      case INTS -> ValueLayout.JAVA_INT_UNALIGNED;
      case LONGS -> ValueLayout.JAVA_LONG_UNALIGNED;
    };
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

  /// Copies bits to elements of an array of this kind.
  void copyOut(MemorySegment source, long offset, Object array, int index, int count) {
    MemorySegment.copy(source, layout(), offset, array, index, count);
  }

  /// Copies the bits of elements of an array of this kind.
  void copyIn(Object array, int index, int count, MemorySegment target, long offset) {
    MemorySegment.copy(array, index, target, layout(), offset, count);
  }

  /// Elements of an array of this kind as a segment.
  MemorySegment segment(Object array, int index, int count) {
    MemorySegment whole =
        switch (this) {
          case FLOATS -> MemorySegment.ofArray((float[]) array);
          case DOUBLES -> MemorySegment.ofArray((double[]) array);
          case BYTES -> MemorySegment.ofArray((byte[]) array);
          case SHORTS -> MemorySegment.ofArray((short[]) array);
          case INTS -> MemorySegment.ofArray((int[]) array);
          case LONGS -> MemorySegment.ofArray((long[]) array);
        };
    long size = layout().byteSize();
    return whole.asSlice(index * size, count * size);
  }
}
