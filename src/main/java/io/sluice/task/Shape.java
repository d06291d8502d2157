package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The extents of a tensor, row-major: 1 to 8 axes of at least one element each, but for the first axis
/// of a view of a tensor that is empty ([#withRows]).
///
/// **Bound.** At most 2^63 - 1 elements, and 2^62 bytes, which [#byteSize(DType)] checks.
public final class Shape {
  /// The most axes that a tensor can have.
  public static final int MAX_RANK = 8;

  private static final long MAX_BYTES = 1L << 62;

  private final long[] extents;
  private final long elementCount;

  private Shape(long[] extents, long elementCount) {
    this.extents = extents;
    this.elementCount = elementCount;
  }

  /// A shape with these extents, slowest axis first, in elements.
  ///
  /// @throws InvalidTaskException if there are none or more than 8, if one is below 1, or if their
  ///     product exceeds 2^63 - 1
  public static Shape of(long... extents) {
    return of("a tensor", extents);
  }

  /// @param owner whose shape it is to be, as the message is to call it
  static Shape of(String owner, long @Nullable ... extents) {
    if (extents == null || extents.length < 1 || extents.length > MAX_RANK) {
      int rank = extents == null ? 0 : extents.length;
      throw invalid(owner, extents, "must have 1 to 8 dimensions, had " + rank);
    }
    long[] copy = extents.clone();
    return new Shape(copy, checkedElementCount(owner, copy));
  }

  private static long checkedElementCount(String owner, long[] extents) {
    long product = 1;
    for (int axis = 0; axis < extents.length; axis++) {
      long extent = extents[axis];
      if (extent < 1) {
        throw invalid(
            owner,
            extents,
            "must have at least 1 element along each dimension, had %d along axis %d"
                .formatted(extent, axis));
      }
      if (Box.exceedsLong(product, extent)) {
        throw invalid(owner, extents, "must have at most 2^63 - 1 elements, had more");
      }
      product *= extent;
    }
    return product;
  }

  private static InvalidTaskException invalid(
      String owner, long @Nullable [] extents, String rule) {
    return InvalidTaskException.of(
        owner, "its shape " + Arrays.toString(extents) + " " + rule + "; change the shape");
  }

  /// This shape with so many elements along the first axis, which may be 0: what a view shows of a
  /// tensor whose rows are a maximum.
  ///
  /// @throws IllegalArgumentException if they are negative, or more than this shape has
  public Shape withRows(long count) {
    if (count < 0 || count > extents[0]) {
      throw new IllegalArgumentException(
          "a shape %s has 0 to %d rows, not %d".formatted(this, extents[0], count));
    }
    long[] fewer = extents.clone();
    fewer[0] = count;
    return new Shape(fewer, elementCount / extents[0] * count);
  }

  /// How many axes it has, 1 to 8.
  public int rank() {
    return extents.length;
  }

  /// Elements along this axis, 0 being the slowest.
  ///
  /// @throws IndexOutOfBoundsException if there is no such axis
  public long extent(int axis) {
    return extents[axis];
  }

  /// A copy of the extents.
  public long[] extents() {
    return extents.clone();
  }

  /// Elements in all.
  public long elementCount() {
    return elementCount;
  }

  /// Bytes of a row-major array of this shape.
  ///
  /// @throws InvalidTaskException if they exceed 2^62, so that no rounding up can overflow
  public long byteSize(DType dtype) {
    return byteSize("a tensor", dtype);
  }

  /// @param owner whose shape it is, as the message is to call it
  long byteSize(String owner, @Nullable DType dtype) {
    if (dtype == null) {
      throw InvalidTaskException.of(owner, "its dtype must not be null; give it one");
    }
    if (Box.exceedsLong(elementCount, dtype.byteSize())
        || elementCount * dtype.byteSize() > MAX_BYTES) {
      throw invalid(
          owner,
          extents,
          "of %s must take at most 2^62 bytes, took %d times %d"
              .formatted(dtype, elementCount, dtype.byteSize()));
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

  /// Such as `[480, 640, 3]`.
  @Override
  public String toString() {
    return Arrays.toString(extents);
  }
}
