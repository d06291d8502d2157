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

  private static final long[] NO_MORE = {};

  /// Of the first axis: most boxes have no other one, or are told apart by it.
  private final long from0;

  private final long to0;

  /// `from` and `to` of each further axis in turn: `from1, to1, from2, to2, …`.
  private final long[] more;

  private Box(long from0, long to0, long[] more) {
    this.from0 = from0;
    this.to0 = to0;
    this.more = more;
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
    int rank = from.length;
    if (rank < 1 || rank > MAX_RANK) {
      throw new IllegalArgumentException(
          "a box must have 1 to %d axes, was %d".formatted(MAX_RANK, rank));
    }
    Box box = new Box(from[0], to[0], furtherAxes(from, to));
    box.checkRanges();
    box.checkCount();
    return box;
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
    long[] more = furtherAxes(shape.rank());
    for (int axis = 1; axis < shape.rank(); axis++) {
      more[2 * axis - 1] = shape.extent(axis);
    }
    return new Box(0, shape.extent(0), more);
  }

  private static long[] furtherAxes(int rank) {
    return rank == 1 ? NO_MORE : new long[2 * (rank - 1)];
  }

  private static long[] furtherAxes(long[] from, long[] to) {
    long[] more = furtherAxes(from.length);
    for (int axis = 1; axis < from.length; axis++) {
      more[2 * axis - 2] = from[axis];
      more[2 * axis - 1] = to[axis];
    }
    return more;
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
    return new Box(from0, Math.max(count, from0), more);
  }

  /// The number of axes, 1 to 8.
  public int rank() {
    return 1 + more.length / 2;
  }

  /// The first index along an axis.
  public long from(int axis) {
    return axis == 0 ? from0 : more[2 * axis - 2];
  }

  /// The index after the last one along an axis.
  public long to(int axis) {
    return axis == 0 ? to0 : more[2 * axis - 1];
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
    return from0 < other.to0 && other.from0 < to0 && overlapsFurther(other.more);
  }

  private boolean overlapsFurther(long[] theirs) {
    for (int i = 0; i < more.length; i += 2) {
      if (more[i] >= theirs[i + 1] || theirs[i] >= more[i + 1]) {
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
    return from0 <= other.from0 && other.to0 <= to0 && containsFurther(other.more);
  }

  private boolean containsFurther(long[] theirs) {
    for (int i = 0; i < more.length; i += 2) {
      if (theirs[i] < more[i] || theirs[i + 1] > more[i + 1]) {
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
    long[] shared = furtherAxes(rank());
    for (int i = 0; i < more.length; i += 2) {
      shared[i] = Math.max(more[i], other.more[i]);
      shared[i + 1] = Math.min(more[i + 1], other.more[i + 1]);
    }
    return new Box(Math.max(from0, other.from0), Math.min(to0, other.to0), shared);
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
    Box left = this;
    for (int axis = 0; axis < rank(); axis++) {
      left = left.cutBelow(axis, other.from(axis), rest).cutAbove(axis, other.to(axis), rest);
    }
    return rest;
  }

  /// What is left of it from an index on; what lies below goes to the rest.
  private Box cutBelow(int axis, long at, List<Box> rest) {
    if (from(axis) >= at) {
      return this;
    }
    rest.add(with(axis, from(axis), at));
    return with(axis, at, to(axis));
  }

  /// What is left of it up to an index; what lies above goes to the rest.
  private Box cutAbove(int axis, long at, List<Box> rest) {
    if (to(axis) <= at) {
      return this;
    }
    rest.add(with(axis, at, to(axis)));
    return with(axis, from(axis), at);
  }

  private Box with(int axis, long from, long to) {
    if (axis == 0) {
      return new Box(from, to, more);
    }
    long[] others = more.clone();
    others[2 * axis - 2] = from;
    others[2 * axis - 1] = to;
    return new Box(from0, to0, others);
  }

  private void checkRank(Box other) {
    if (more.length != other.more.length) {
      throw new IllegalArgumentException(
          "boxes must have the same rank, was %d for %s but %d for %s"
              .formatted(rank(), this, other.rank(), other));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Box box
        && from0 == box.from0
        && to0 == box.to0
        && Arrays.equals(more, box.more);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Long.hashCode(from0) + Long.hashCode(to0)) + Arrays.hashCode(more);
  }

  /// The ranges in axis order, such as `[0..4, 2..8)`.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int axis = 0; axis < rank(); axis++) {
      text.append(axis == 0 ? "" : ", ").append(from(axis)).append("..").append(to(axis));
    }
    return text.append(')').toString();
  }
}
