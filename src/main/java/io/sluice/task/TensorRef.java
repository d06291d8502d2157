package io.sluice.task;

/// What a task can name: a whole [Tensor], or a [TensorSlice] of one.
public sealed interface TensorRef permits Tensor, TensorSlice {
  /// The tensor itself.
  Tensor tensor();

  /// The elements that are named, in the coordinates of the whole tensor.
  Box box();

  /// The shape of what is named.
  Shape shape();

  /// The type of the elements.
  default DType dtype() {
    return tensor().dtype();
  }

  /// Whether all of the tensor is named by naming the tensor, not a slice.
  default boolean isWhole() {
    return this instanceof Tensor;
  }
}
