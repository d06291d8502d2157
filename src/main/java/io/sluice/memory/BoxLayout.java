package io.sluice.memory;

import io.sluice.task.Box;
import io.sluice.task.Shape;

/// Which elements of a row-major tensor a box picks, in the row-major order of the box.
///
/// Axes that follow each other without a gap are merged, and axes of one index vanish, so that most
/// boxes come down to one axis (contiguous, or a column) or two (a tile). A box is contiguous if
/// one axis with stride 1 is left: leading axes of one index, then one part of an axis, then whole
/// axes.
///
/// ```
///   tensor 4 x 8, box [1..3, 2..5):   firstElement 10, spanElements 11
///     . . . . . . . .
///     . . a b c . . .                 axis 0: length 3, stride 1    index 0 1 2
///     . . d e f . . .                 axis 1: length 2, stride 8    index 3 4 5
///     . . . . . . . .
/// ```
///
/// Immutable. Offsets and strides count elements; axis 0 is the fastest one here.
final class BoxLayout {
  /// Longer runs are handed out in pieces: a bulk copy lets no safepoint in, so a piece is kept to some
  /// milliseconds (4 MiB of bytes, 32 MiB of longs). It is long enough to be copied past the caches: pieces
  /// of 128 KiB lost a third of the memory's speed.
  private static final long MAX_PIECE_ELEMENTS = 1 << 22;

  private static final Gap[] NO_GAPS = {};
  private static final long[] NO_LENGTHS = {};
  private static final long[] ONE_STRIDE = {1};

  private final long firstElement;
  private final long spanElements;
  private final long elementCount;
  private final long[] lengths;
  private final long[] strides;
  private final Gap[] gaps;

  private BoxLayout(Shape tensor, Box box) {
    long first = 0;
    long last = 0;
    long count = 1;
    long stride = 1;
    for (int axis = tensor.rank() - 1; axis >= 0; axis--) {
      first += box.from(axis) * stride;
      last += (box.to(axis) - 1) * stride;
      count *= box.length(axis);
      stride *= tensor.extent(axis);
    }
    this.firstElement = first;
    this.spanElements = last - first + 1;
    this.elementCount = count;
    if (isContiguous()) {
      this.lengths = NO_LENGTHS;
      this.strides = ONE_STRIDE;
      this.gaps = NO_GAPS;
    } else {
      this.lengths = new long[tensor.rank()];
      this.strides = new long[tensor.rank()];
      this.gaps = gapsOf(merged(tensor, box));
    }
  }

  private int merged(Shape tensor, Box box) {
    int merged = 0;
    long stride = 1;
    for (int axis = tensor.rank() - 1; axis >= 0; axis--) {
      merged = merge(merged, box.length(axis), stride);
      stride *= tensor.extent(axis);
    }
    return merged;
  }

  private Gap[] gapsOf(int rank) {
    if (rank <= 1) {
      return NO_GAPS;
    }
    Gap[] found = new Gap[rank - 1];
    for (int axis = 0; axis < found.length; axis++) {
      long elements = strides[axis + 1] - lengths[axis] * strides[axis];
      found[axis] = new Gap(Divisor.of(lengths[axis]), elements);
    }
    return found;
  }

  /// Adds the next slower axis; returns how many there are then.
  private int merge(int merged, long length, long stride) {
    if (length == 1) {
      return merged;
    }
    if (merged > 0 && lengths[merged - 1] * strides[merged - 1] == stride) {
      lengths[merged - 1] *= length;
      return merged;
    }
    lengths[merged] = length;
    strides[merged] = stride;
    return merged + 1;
  }

  /// The layout of `box` in a tensor of this shape.
  ///
  /// @throws IllegalArgumentException if the box is not inside
  static BoxLayout of(Shape tensor, Box box) {
    if (!fits(tensor, box)) {
      throw new IllegalArgumentException("box %s is not inside shape %s".formatted(box, tensor));
    }
    return new BoxLayout(tensor, box);
  }

  private static boolean fits(Shape tensor, Box box) {
    if (box.rank() != tensor.rank()) {
      return false;
    }
    for (int axis = 0; axis < box.rank(); axis++) {
      if (box.to(axis) > tensor.extent(axis)) {
        return false;
      }
    }
    return true;
  }

  /// The tensor's element that is the box's first.
  long firstElement() {
    return firstElement;
  }

  /// Elements of the tensor from the box's first to its last.
  long spanElements() {
    return spanElements;
  }

  /// Elements of the box.
  long elementCount() {
    return elementCount;
  }

  boolean isContiguous() {
    return spanElements == elementCount;
  }

  /// Whether so many elements, from whichever on, are one run for sure.
  boolean isOneRun(long count) {
    return isContiguous() && count <= MAX_PIECE_ELEMENTS;
  }

  /// How far behind the first element the one with this row-major index lies.
  ///
  /// As if there were no gaps, plus the gap behind each row that it passed, plus the gap behind each
  /// plane, and so on.
  long elementAt(long index) {
    long at = index * strides[0];
    long passed = index;
    for (Gap gap : gaps) {
      passed = gap.every().quotient(passed);
      at += passed * gap.elements();
    }
    return at;
  }

  /// Hands `count` elements from `index` on to `action`, as runs without gaps, in order.
  void forEachRun(long index, long count, RunAction action) {
    long runElements = runElements();
    long end = index + count;
    for (long at = index; at < end; ) {
      long rest = Math.min(runElements - at % runElements, MAX_PIECE_ELEMENTS);
      long elements = Math.min(rest, end - at);
      action.accept(at, elementAt(at), elements);
      at += elements;
    }
  }

  private long runElements() {
    if (isContiguous()) {
      return elementCount;
    }
    return strides[0] == 1 ? lengths[0] : 1;
  }

  /// How many elements of the tensor to skip behind `every` so many steps along the faster axis.
  private record Gap(Divisor every, long elements) {}

  /// Takes a run of elements.
  interface RunAction {
    /// One run.
    ///
    /// @param index row-major index in the box of the first one
    /// @param element how far it lies behind the box's first element
    /// @param count how many follow each other
    void accept(long index, long element, long count);
  }
}
