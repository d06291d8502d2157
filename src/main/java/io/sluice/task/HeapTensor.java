package io.sluice.task;

import org.jspecify.annotations.Nullable;

/// A tensor whose bytes are slabs of the heap.
final class HeapTensor extends Tensor {
  HeapTensor(@Nullable String name, DType dtype, Shape shape, boolean zeroed, boolean atMost) {
    super(name, dtype, shape, zeroed, atMost);
  }
}
