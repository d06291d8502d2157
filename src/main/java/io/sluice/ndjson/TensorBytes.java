package io.sluice.ndjson;

import io.sluice.task.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads the bytes of a view, in row-major order, also where they have gaps.
final class TensorBytes {
  private TensorBytes() {}

  /// Reads as many bytes as `target` has, from the byte `position` of the view on. Where the view has
  /// gaps both are multiples of the size of an element.
  static void read(TensorView view, long position, byte[] target) {
    if (view.isContiguous()) {
      var _ =
          view.withSegment(
              segment ->
                  MemorySegment.ofArray(target).copyFrom(segment.asSlice(position, target.length)));
      return;
    }
    int size = view.dtype().byteSize();
    MemorySegment bytes = MemorySegment.ofArray(target);
    long first = position / size;
    switch (size) {
      case 1 -> view.copyTo(first, target, 0, target.length);
      case 2 -> {
        short[] elements = new short[target.length / size];
        view.copyTo(first, elements, 0, elements.length);
        var _ = bytes.copyFrom(MemorySegment.ofArray(elements));
      }
      default -> readElements(view, first, bytes);
    }
  }

  private static void readElements(TensorView view, long first, MemorySegment bytes) {
    int size = view.dtype().byteSize();
    int count = (int) (bytes.byteSize() / size);
    switch (view.dtype()) {
      case FLOAT32 -> {
        float[] elements = new float[count];
        view.copyTo(first, elements, 0, count);
        var _ = bytes.copyFrom(MemorySegment.ofArray(elements));
      }
      case FLOAT64 -> {
        double[] elements = new double[count];
        view.copyTo(first, elements, 0, count);
        var _ = bytes.copyFrom(MemorySegment.ofArray(elements));
      }
      default -> {
        for (int i = 0; i < count; i++) {
          long element = view.getLong(first + i);
          if (size == Integer.BYTES) {
            bytes.set(ValueLayout.JAVA_INT_UNALIGNED, (long) i * size, (int) element);
          } else {
            bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, (long) i * size, element);
          }
        }
      }
    }
  }
}
