package io.sluice.memory;

import io.sluice.task.Box;
import io.sluice.task.TensorView;
import java.lang.foreign.MemorySegment;

/// Makes views of tensors in a region.
public final class TensorViews {
  private TensorViews() {}

  /// A view of the whole of `tensor`.
  ///
  /// @throws IndexOutOfBoundsException if the tensor is not inside the region
  public static TensorView whole(
      MemorySegment region, StoredTensor tensor, boolean writable, Lease lease) {
    return of(region, tensor, Box.whole(tensor.shape().extents()), writable, lease);
  }

  /// A view of the elements of `tensor` that `box` picks.
  ///
  /// @param region the segment that the tensor's offset counts from
  /// @param lease the view's time; closed before the bytes are given to anyone else
  /// @throws IllegalArgumentException if the box is not inside the tensor's shape
  /// @throws IndexOutOfBoundsException if the tensor is not inside the region
  public static TensorView of(
      MemorySegment region, StoredTensor tensor, Box box, boolean writable, Lease lease) {
    ViewBytes bytes = ViewBytes.of(region, tensor, box, writable);
    ElementView elements = elementsOf(bytes, lease);
    return lease.isToThread() && bytes.layout().isContiguous()
        ? elements
        : new GuardedView(elements);
  }

  private static ElementView elementsOf(ViewBytes bytes, Lease lease) {
    return switch (bytes.dtype()) {
      case FLOAT32 -> new FloatView.Float32(bytes, lease);
      case FLOAT64 -> new DoubleView(bytes, lease);
      case FLOAT16 -> new FloatView.Float16(bytes, lease);
      case BFLOAT16 -> new FloatView.Bfloat16(bytes, lease);
      case INT8 -> new IntView.Int8(bytes, lease);
      case INT16 -> new IntView.Int16(bytes, lease);
      case INT32 -> new IntView.Int32(bytes, lease);
      case INT64 -> new LongView.Int64(bytes, lease);
      case UINT8 -> new IntView.Uint8(bytes, lease);
      case UINT16 -> new IntView.Uint16(bytes, lease);
      case UINT32 -> new LongView.Uint32(bytes, lease);
      case UINT64 -> new LongView.Uint64(bytes, lease);
      case BOOL -> new BoolView(bytes, lease);
      case FP8E4M3FN -> new FloatView.Fp8E4M3(bytes, lease);
      case FP8E8M0 -> new FloatView.Fp8E8M0(bytes, lease);
      case FP4E2M1 -> new FloatView.Fp4E2M1(bytes, lease);
    };
  }
}
