package io.sluice.memory;

import io.sluice.task.DType;
import io.sluice.task.Shape;
import io.sluice.task.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A view of a tensor, or of a box of it, in a region: all but the access to single elements, of
/// which there are two kinds, [ElementView] and [GuardedView].
abstract sealed class RegionTensorView implements TensorView permits ElementView, GuardedView {
  final ViewBytes bytes;
  final Lease lease;
  final long elementCount;

  /// Made when first asked for; whoever else makes it makes the same.
  private @Nullable Shape shape;

  RegionTensorView(ViewBytes bytes, Lease lease) {
    this.bytes = bytes;
    this.lease = lease;
    this.elementCount = bytes.layout().elementCount();
  }

  private BulkAccess bulk() {
    return new BulkAccess(bytes, lease);
  }

  @Override
  public final DType dtype() {
    return bytes.dtype();
  }

  @Override
  public final Shape shape() {
    Shape known = shape;
    if (known == null) {
      known = bytes.shape();
      shape = known;
    }
    return known;
  }

  @Override
  public final long elementCount() {
    return elementCount;
  }

  @Override
  public final long byteSize() {
    return elementCount * dtype().byteSize();
  }

  @Override
  public final boolean isContiguous() {
    return bytes.layout().isContiguous();
  }

  @Override
  public final boolean isWritable() {
    return bytes.isWritable();
  }

  @Override
  public final long indexOf(long... coordinates) {
    Shape shape = shape();
    if (coordinates.length != shape.rank()) {
      throw new IllegalArgumentException(
          "%s needs %d coordinates, was given %d"
              .formatted(bytes, shape.rank(), coordinates.length));
    }
    long index = 0;
    for (int axis = 0; axis < coordinates.length; axis++) {
      long extent = shape.extent(axis);
      index = index * extent + Objects.checkIndex(coordinates[axis], extent);
    }
    return index;
  }

  @Override
  public final void copyTo(long index, float[] target, int offset, int count) {
    bulk().read(ArrayKind.FLOATS, index, target, target.length, offset, count);
  }

  @Override
  public final void copyTo(long index, double[] target, int offset, int count) {
    bulk().read(ArrayKind.DOUBLES, index, target, target.length, offset, count);
  }

  @Override
  public final void copyTo(long index, byte[] target, int offset, int count) {
    bulk().read(ArrayKind.BYTES, index, target, target.length, offset, count);
  }

  @Override
  public final void copyTo(long index, short[] target, int offset, int count) {
    bulk().read(ArrayKind.SHORTS, index, target, target.length, offset, count);
  }

  @Override
  public final void copyTo(long index, int[] target, int offset, int count) {
    bulk().read(ArrayKind.INTS, index, target, target.length, offset, count);
  }

  @Override
  public final void copyTo(long index, long[] target, int offset, int count) {
    bulk().read(ArrayKind.LONGS, index, target, target.length, offset, count);
  }

  @Override
  public final void copyFrom(long index, float[] source, int offset, int count) {
    bulk().write(ArrayKind.FLOATS, index, source, source.length, offset, count);
  }

  @Override
  public final void copyFrom(long index, double[] source, int offset, int count) {
    bulk().write(ArrayKind.DOUBLES, index, source, source.length, offset, count);
  }

  @Override
  public final void copyFrom(long index, byte[] source, int offset, int count) {
    bulk().write(ArrayKind.BYTES, index, source, source.length, offset, count);
  }

  @Override
  public final void copyFrom(long index, short[] source, int offset, int count) {
    bulk().write(ArrayKind.SHORTS, index, source, source.length, offset, count);
  }

  @Override
  public final void copyFrom(long index, int[] source, int offset, int count) {
    bulk().write(ArrayKind.INTS, index, source, source.length, offset, count);
  }

  @Override
  public final void copyFrom(long index, long[] source, int offset, int count) {
    bulk().write(ArrayKind.LONGS, index, source, source.length, offset, count);
  }

  @Override
  public final void copyFrom(TensorView source) {
    if (source instanceof RegionTensorView region) {
      bulk().write(region.bulk());
    } else {
      copyElements(source);
    }
  }

  private void copyElements(TensorView source) {
    bulk().checkLike(source.dtype(), source.elementCount());
    for (long index = 0; index < elementCount; index++) {
      copyElement(source, index);
    }
  }

  /// A `long` holds what a `double` can't, and the other way round.
  private void copyElement(TensorView source, long index) {
    switch (dtype()) {
      case INT64, UINT64 -> setLong(index, source.getLong(index));
      default -> setDouble(index, source.getDouble(index));
    }
  }

  @Override
  public final void fillBytes(byte value) {
    bulk().fill(value);
  }

  @Override
  public final <R> R withSegment(Function<? super MemorySegment, ? extends R> user) {
    return bulk().lend(user);
  }

  @Override
  public final String toString() {
    return bytes.toString();
  }
}
