package io.sluice.task;

import java.util.Arrays;

/// A box of a tensor: a range along each axis, of the version that is current at admission. Made by
/// [Tensor#slice]. Immutable.
///
/// Equal slices of one tensor are interchangeable. A slice of the whole tensor is not the tensor: it is
/// written in place.
public final class TensorSlice implements TensorRef {
  private final Tensor tensor;
  private final Box box;
  private final Shape shape;

  TensorSlice(Tensor tensor, Box box) {
    this.tensor = tensor;
    this.box = box;
    this.shape = Shape.of(lengthsOf(box));
  }

  private static long[] lengthsOf(Box box) {
    long[] lengths = new long[box.rank()];
    Arrays.setAll(lengths, box::length);
    return lengths;
  }

  @Override
  public Tensor tensor() {
    return tensor;
  }

  @Override
  public Box box() {
    return box;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorSlice that && tensor == that.tensor && box.equals(that.box);
  }

  @Override
  public int hashCode() {
    return 31 * System.identityHashCode(tensor) + box.hashCode();
  }

  /// Such as `[0..2, 0..4) of tensor 'tiles' INT32[4, 4]`.
  @Override
  public String toString() {
    return box + " of " + tensor;
  }
}
