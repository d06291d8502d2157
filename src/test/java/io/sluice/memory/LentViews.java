package io.sluice.memory;

import io.sluice.task.Box;
import io.sluice.task.DType;
import io.sluice.task.Shape;
import io.sluice.task.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Views over a segment of the test's own, which has a margin that no view may touch.
final class LentViews implements AutoCloseable {
  static final long MARGIN_BYTES = 1024;
  static final byte MARGIN_VALUE = 0x5A;

  private final Arena arena = Arena.ofShared();
  private final DType dtype;
  private final Shape shape;
  private final MemorySegment region;

  LentViews(DType dtype, long... extents) {
    this.dtype = dtype;
    this.shape = Shape.of(extents);
    this.region = arena.allocate(shape.byteSize(dtype) + 2 * MARGIN_BYTES, 1024);
    region.fill(MARGIN_VALUE);
    tensorBytes().fill((byte) 0);
  }

  static Lease open() {
    return Lease.toThread(Thread.currentThread(), () -> "the kernel of task 'blur' has returned");
  }

  static Lease shared() {
    return Lease.shared(() -> "the result of task 'blur' is closed");
  }

  StoredTensor tensor() {
    return new StoredTensor("image " + dtype + shape, dtype, shape, MARGIN_BYTES);
  }

  Box whole() {
    return Box.whole(shape.extents());
  }

  /// The bytes of the whole tensor, in no view.
  MemorySegment tensorBytes() {
    return region.asSlice(MARGIN_BYTES, shape.byteSize(dtype));
  }

  TensorView writable() {
    return view(whole(), true, open());
  }

  TensorView readOnly() {
    return view(whole(), false, open());
  }

  TensorView view(Box box, boolean writable, Lease lease) {
    return TensorViews.of(region, tensor(), box, writable, lease);
  }

  /// Whether the margins are as they were.
  boolean isMarginUntouched() {
    byte[] expected = new byte[(int) MARGIN_BYTES];
    Arrays.fill(expected, MARGIN_VALUE);
    MemorySegment untouched = MemorySegment.ofArray(expected);
    long end = region.byteSize() - MARGIN_BYTES;
    return region.asSlice(0, MARGIN_BYTES).mismatch(untouched) < 0
        && region.asSlice(end, MARGIN_BYTES).mismatch(untouched) < 0;
  }

  @Override
  public void close() {
    arena.close();
  }
}
