package io.sluice.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A box of elements: one half-open range of indices along each of 1 to 8 axes, never empty.
///
/// `[0..4, 2..8)` is rows 0 to 3 of columns 2 to 7. Indices are elements, not bytes, and not
/// negative. Two boxes can be compared or combined only if they have the same rank.
///
/// **Bound.** The number of elements always fits a `long`; [#overlaps] and [#contains] allocate
/// nothing.
public final class Box {

  /// The most axes that a box may have.
  public static final int MAX_RANK = 8;

  /// `from` and `to` of each axis in turn: `from0, to0, from1, to1, …`.
  private final long[] bounds;

  private Box(long[] bounds) {
    this.bounds = bounds;
  }

  /// The box from `from` (inclusive) to `to` (exclusive) along each axis. Both arrays are copied.
  ///
  /// @throws IllegalArgumentException if there are not 1 to 8 axes, the arrays differ in length, a
  ///     range is empty or starts below 0, or the number of elements overflows a `long`
  public static Box of(long[] from, long[] to) {
    if (from.length != to.length) {
      throw new IllegalArgumentException(
          "a box needs as many ends as starts, was from %s to %s"
              .formatted(Arrays.toString(from), Arrays.toString(to)));
    }
    return checked(interleaved(from, to));
  }

  /// The box of all elements of a tensor with these dimensions.
  ///
  /// @throws IllegalArgumentException if there are not 1 to 8 dimensions, one is below 1, or the
  ///     number of elements overflows a `long`
  public static Box whole(long... dims) {
    return of(new long[dims.length], dims);
  }

  /// The box of all elements of this shape, which has been checked.
  static Box whole(Shape shape) {
    long[] bounds = new long[2 * shape.rank()];
    for (int axis = 0; axis < shape.rank(); axis++) {
      bounds[2 * axis + 1] = shape.extent(axis);
    }
    return new Box(bounds);
  }

  private static long[] interleaved(long[] from, long[] to) {
    long[] bounds = new long[2 * from.length];
    for (int axis = 0; axis < from.length; axis++) {
      bounds[2 * axis] = from[axis];
      bounds[2 * axis + 1] = to[axis];
    }
    return bounds;
  }

  private static Box checked(long[] bounds) {
    int rank = bounds.length / 2;
    if (rank < 1 || rank > MAX_RANK) {
      throw new IllegalArgumentException(
          "a box must have 1 to %d axes, was %d".formatted(MAX_RANK, rank));
    }
    Box box = new Box(bounds);
    box.checkRanges();
    box.checkCount();
    return box;
  }

  private void checkRanges() {
    for (int axis = 0; axis < rank(); axis++) {
      if (from(axis) < 0 || from(axis) >= to(axis)) {
        throw new IllegalArgumentException(
            "a box needs 0 <= from < to along each axis, was %d..%d along axis %d of %s"
                .formatted(from(axis), to(axis), axis, this));
      }
    }
  }

  private void checkCount() {
    long count = 1;
    for (int axis = 0; axis < rank(); axis++) {
      if (exceedsLong(count, length(axis))) {
        throw new IllegalArgumentException(
            "a box must hold at most %d elements, was %s".formatted(Long.MAX_VALUE, this));
      }
      count *= length(axis);
    }
  }

  /// Whether the product of two positive numbers does; a division would cost more than all else here.
  static boolean exceedsLong(long one, long other) {
    return Math.multiplyHigh(one, other) != 0 || one * other < 0;
  }

  /// The part of this box that lies in the first `count` rows of its tensor, along the first axis. It is
  /// the only one that may be empty, and only for a view.
  public Box withinRows(long count) {
    if (count >= to(0)) {
      return this;
    }
    long[] fewer = bounds.clone();
    fewer[1] = Math.max(count, from(0));
    return new Box(fewer);
  }

  /// The number of axes, 1 to 8.
  public int rank() {
    return bounds.length / 2;
  }

  /// The first index along an axis.
  public long from(int axis) {
    return bounds[2 * axis];
  }

  /// The index after the last one along an axis.
  public long to(int axis) {
    return bounds[2 * axis + 1];
  }

  /// The number of indices along an axis, at least 1.
  public long length(int axis) {
    return to(axis) - from(axis);
  }

  /// The number of elements in the box, at least 1.
  public long elementCount() {
    long count = 1;
    for (int axis = 0; axis < rank(); axis++) {
      count *= length(axis);
    }
    return count;
  }

  /// Whether the two boxes share an element.
  ///
  /// @throws IllegalArgumentException if the ranks differ
  public boolean overlaps(Box other) {
    checkRank(other);
    long[] theirs = other.bounds;
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i] >= theirs[i + 1] || theirs[i] >= bounds[i + 1]) {
        return false;
      }
    }
    return true;
  }

  /// Whether every element of `other` is in this box.
  ///
  /// @throws IllegalArgumentException if the ranks differ
  public boolean contains(Box other) {
    checkRank(other);
    long[] theirs = other.bounds;
    for (int i = 0; i < bounds.length; i += 2) {
      if (theirs[i] < bounds[i] || theirs[i + 1] > bounds[i + 1]) {
        return false;
      }
    }
    return true;
  }

  /// The elements that are in both boxes, or `null` if there are none.
  ///
  /// @throws IllegalArgumentException if the ranks differ
  public @Nullable Box intersect(Box other) {
    if (!overlaps(other)) {
      return null;
    }
    long[] shared = new long[bounds.length];
    for (int i = 0; i < bounds.length; i += 2) {
      shared[i] = Math.max(bounds[i], other.bounds[i]);
      shared[i + 1] = Math.min(bounds[i + 1], other.bounds[i + 1]);
    }
    return new Box(shared);
  }

  /// The elements of this box that are not in `other`, as at most two disjoint boxes an axis.
  ///
  /// This box alone if the two don't overlap; nothing if `other` contains it.
  ///
  /// @throws IllegalArgumentException if the ranks differ
  public List<Box> minus(Box other) {
    if (!overlaps(other)) {
      return List.of(this);
    }
    List<Box> rest = new ArrayList<>(2);
    long[] left = bounds.clone();
    for (int axis = 0; axis < rank(); axis++) {
      cutBelow(left, axis, other.from(axis), rest);
      cutAbove(left, axis, other.to(axis), rest);
    }
    return rest;
  }

  private static void cutBelow(long[] left, int axis, long at, List<Box> rest) {
    if (left[2 * axis] < at) {
      long[] below = left.clone();
      below[2 * axis + 1] = at;
      left[2 * axis] = at;
      rest.add(new Box(below));
    }
  }

  private static void cutAbove(long[] left, int axis, long at, List<Box> rest) {
    if (left[2 * axis + 1] > at) {
      long[] above = left.clone();
      above[2 * axis] = at;
      left[2 * axis + 1] = at;
      rest.add(new Box(above));
    }
  }

  private void checkRank(Box other) {
    if (bounds.length != other.bounds.length) {
      throw new IllegalArgumentException(
          "boxes must have the same rank, was %d for %s but %d for %s"
              .formatted(rank(), this, other.rank(), other));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Box box && Arrays.equals(bounds, box.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  /// The ranges in axis order, such as `[0..4, 2..8)`.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < bounds.length; i += 2) {
      text.append(i == 0 ? "" : ", ").append(bounds[i]).append("..").append(bounds[i + 1]);
    }
    return text.append(')').toString();
  }
}
