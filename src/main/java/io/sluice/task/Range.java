package io.sluice.task;

/// A half-open range of indices along one axis: `from` to `to`, without `to`.
///
/// @param from first index, at least 0
/// @param to one past the last index, above `from`; checked against the tensor when it is sliced
public record Range(long from, long to) {
  private static final Range ALL = new Range(0, Long.MAX_VALUE);

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

  @Override
  public String toString() {
    return equals(ALL) ? ":" : from + ":" + to;
  }
}
