package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.util.Arrays;

/// The extents of a tensor, row-major: 1 to 8 axes of at least one element each.
///
/// **Bound.** The number of elements fits a `long`; so does the number of bytes, which
/// [#byteSize(DType)] checks.
public final class Shape {
  /// The most axes that a tensor can have.
  public static final int MAX_RANK = 8;

  private final long[] extents;
  private final long elementCount;

  private Shape(long[] extents, long elementCount) {
    this.extents = extents;
    this.elementCount = elementCount;
  }

  /// A shape with these extents, slowest axis first.
  ///
  /// @throws InvalidTaskException if there are none or more than 8, if one is below 1, or if their
  ///     product overflows
  public static Shape of(long... extents) {
    return of("tensor", extents);
  }

  static Shape of(String owner, long... extents) {
    if (extents.length < 1 || extents.length > MAX_RANK) {
      throw invalid(owner, "must have 1 to 8 dimensions, had " + extents.length, extents);
    }
    long[] copy = extents.clone();
    return new Shape(copy, checkedElementCount(owner, copy));
  }

  private static long checkedElementCount(String owner, long[] extents) {
    long product = 1;
    for (long extent : extents) {
      if (extent < 1) {
        throw invalid(owner, "must have at least 1 element along each dimension", extents);
      }
      if (product > Long.MAX_VALUE / extent) {
        throw invalid(owner, "overflows: its element count exceeds 2^63 - 1", extents);
      }
      product *= extent;
    }
    return product;
  }

  private static InvalidTaskException invalid(String owner, String rule, long[] extents) {
    return new InvalidTaskException(
        owner, "shape " + Arrays.toString(extents) + " " + rule + "; change the shape");
  }

  public int rank() {
    return extents.length;
  }

  public long extent(int axis) {
    return extents[axis];
  }

  /// A copy of the extents.
  public long[] extents() {
    return extents.clone();
  }

  public long elementCount() {
    return elementCount;
  }

  /// Bytes of a row-major array of this shape.
  ///
  /// @throws InvalidTaskException if they exceed 2^62, so that no rounding up can overflow
  public long byteSize(DType dtype) {
    if (elementCount > (1L << 62) / dtype.byteSize()) {
      throw invalid("tensor", "of " + dtype + " overflows: more than 2^62 bytes", extents);
    }
    return elementCount * dtype.byteSize();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(extents, that.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  @Override
  public String toString() {
    return Arrays.toString(extents);
  }
}
