package io.sluice.task;

/// A half-open range of indices along one axis: `from` to `to`, without `to`.
///
/// @param from first index, at least 0
/// @param to one past the last index, above `from`; checked against the tensor when it is sliced
public record Range(long from, long to) {
  private static final Range ALL = new Range(0, Long.MAX_VALUE);

  /// The indices from `from` to `to`, without `to`.
  public static Range of(long from, long to) {
    return new Range(from, to);
  }

  /// One index.
  public static Range at(long index) {
    return new Range(index, index + 1);
  }

  /// The whole axis, however long.
  public static Range all() {
    return ALL;
  }

  boolean isWithin(long extent) {
    return from >= 0 && from < to && to <= extent;
  }

  /// Such as `0:4`, or `:` for the whole axis.
  @Override
  public String toString() {
    return equals(ALL) ? ":" : from + ":" + to;
  }
}
