package io.sluice.memory;

import io.sluice.task.Box;
import io.sluice.task.DType;
import io.sluice.task.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The bytes behind a view, and which of them are its elements.
///
/// @param segment from the view's first element to its last; read-only if the view is
/// @param tensor what it is a view of
/// @param box the elements of the tensor that it shows
/// @param layout where in the segment they lie
record ViewBytes(MemorySegment segment, StoredTensor tensor, Box box, BoxLayout layout) {

  /// @param region what the tensor's offset counts from; read-only if the view is to be, to spare it a segment
  static ViewBytes of(MemorySegment region, StoredTensor tensor, Box box, boolean writable) {
    BoxLayout layout = BoxLayout.of(tensor.shape(), box);
    int elementBytes = tensor.dtype().byteSize();
    MemorySegment segment =
        region.asSlice(
            tensor.offsetBytes() + layout.firstElement() * elementBytes,
            layout.spanElements() * elementBytes);
    boolean isRight = writable != segment.isReadOnly();
    return new ViewBytes(isRight ? segment : segment.asReadOnly(), tensor, box, layout);
  }

  /// The lengths of the box.
  Shape shape() {
    if (tensor.shape().elementCount() == layout.elementCount()) {
      return tensor.shape();
    }
    long[] lengths = new long[box.rank()];
    Arrays.setAll(lengths, box::length);
    return Shape.of(lengths);
  }

  DType dtype() {
    return tensor.dtype();
  }

  boolean isWritable() {
    return !segment.isReadOnly();
  }

  UnsupportedOperationException notWritable() {
    return new UnsupportedOperationException(
        this
            + " only reads: it is an input, or yielded by a result; name it OUT or INOUT to write");
  }

  /// Copies `count` elements from `index` on to those of an array of this kind from `offset` on.
  ///
  /// A small copy, such as a row, mustn't cost more than its bytes do. So what is one run for sure goes
  /// without objects for array, part and run: three of them took longer than 512 bytes.
  void copyOut(ArrayKind kind, long index, Object array, int offset, int count) {
    if (layout.isOneRun(count)) {
      kind.copyOut(segment, index * dtype().byteSize(), array, offset, count);
    } else {
      copyOut(index, count, kind.segment(array, offset, count), 0);
    }
  }

  private void copyOut(long index, long count, MemorySegment target, long targetByte) {
    int size = dtype().byteSize();
    layout.forEachRun(
        index,
        count,
        (at, element, elements) ->
            MemorySegment.copy(
                segment,
                element * size,
                target,
                targetByte + (at - index) * size,
                elements * size));
  }

  /// Copies `count` elements of an array of this kind, from `offset` on, to those from `index` on.
  void copyIn(ArrayKind kind, long index, Object array, int offset, int count) {
    if (layout.isOneRun(count)) {
      kind.copyIn(array, offset, count, segment, index * dtype().byteSize());
    } else {
      copyIn(index, count, kind.segment(array, offset, count));
    }
  }

  private void copyIn(long index, long count, MemorySegment source) {
    int size = dtype().byteSize();
    layout.forEachRun(
        index,
        count,
        (at, element, elements) ->
            MemorySegment.copy(
                source, (at - index) * size, segment, element * size, elements * size));
  }

  /// Copies all elements of `source`, which has as many of the same size.
  void copyIn(ViewBytes source) {
    int size = dtype().byteSize();
    layout.forEachRun(
        0,
        layout.elementCount(),
        (at, element, elements) -> source.copyOut(at, elements, segment, element * size));
  }

  void fill(byte value) {
    int size = dtype().byteSize();
    layout.forEachRun(
        0,
        layout.elementCount(),
        (at, element, elements) -> segment.asSlice(element * size, elements * size).fill(value));
  }

  /// Whether some byte belongs to an element of both.
  boolean overlaps(ViewBytes other) {
    if (segment.asOverlappingSlice(other.segment).isEmpty()) {
      return false;
    }
    return !isPartOfSameTensor(other) || box.overlaps(other.box);
  }

  /// Boxes can be compared only in one tensor; of two tensors that share bytes, take it that these
  /// do, too.
  private boolean isPartOfSameTensor(ViewBytes other) {
    return tensor.shape().equals(other.tensor.shape())
        && tensor.offsetBytes() == other.tensor.offsetBytes()
        && tensor.dtype() == other.tensor.dtype();
  }

  @Override
  public String toString() {
    return tensor + "" + box;
  }
}
