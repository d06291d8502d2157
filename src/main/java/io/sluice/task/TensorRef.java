package io.sluice.task;

/// What a task can name: a whole [Tensor], or a [TensorSlice] of one. Safe to share between threads.
public sealed interface TensorRef permits Tensor, TensorSlice {
  /// The tensor itself.
  Tensor tensor();

  /// The elements that are named, in the coordinates of the whole tensor.
  Box box();

  /// The shape of what is named: the extents of its box.
  Shape shape();

  /// The type of the elements.
  default DType dtype() {
    return tensor().dtype();
  }

  /// Whether the tensor itself is named, not a slice of it, be it one of all of its elements.
  default boolean isWhole() {
    return this instanceof Tensor;
  }
}
