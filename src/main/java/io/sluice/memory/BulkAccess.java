package io.sluice.memory;

import io.sluice.error.ResultClosedException;
import io.sluice.task.DType;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Function;

/// Copies of many elements of a view at once, and its bytes as a whole. Bits are never converted.
///
/// **Order of an access.** Lease, arguments, bytes, and after a read the lease again. What was read
/// behind the lease's end is wiped from the target.
final class BulkAccess {
  private final ViewBytes bytes;
  private final Lease lease;

  BulkAccess(ViewBytes bytes, Lease lease) {
    this.bytes = bytes;
    this.lease = lease;
  }

  /// @param array of this kind and length
  void read(ArrayKind kind, long index, Object array, int length, int offset, int count) {
    lease.checkOpen();
    check(kind, index, length, offset, count);
    try {
      bytes.copyOut(kind, index, array, offset, count);
      lease.checkAfterRead();
    } catch (IllegalStateException | ResultClosedException ended) {
      kind.segment(array, offset, count).fill((byte) 0);
      throw lease.failure(ended);
    }
  }

  /// @param array of this kind and length
  void write(ArrayKind kind, long index, Object array, int length, int offset, int count) {
    checkWritable();
    check(kind, index, length, offset, count);
    lease.enter();
    try {
      bytes.copyIn(kind, index, array, offset, count);
    } finally {
      lease.leave();
    }
  }

  private void check(ArrayKind kind, long index, int length, int offset, int count) {
    kind.check(bytes);
    Objects.checkFromIndexSize(offset, count, length);
    Objects.checkFromIndexSize(index, count, bytes.layout().elementCount());
  }

  void write(BulkAccess source) {
    checkWritable();
    source.lease.checkOpen();
    checkLike(source.bytes.dtype(), source.bytes.layout().elementCount());
    checkApart(source.bytes);
    lease.enter();
    try {
      bytes.copyIn(source.bytes);
      source.lease.checkAfterRead();
    } catch (IllegalStateException unmapped) {
      throw source.lease.failure(unmapped);
    } finally {
      lease.leave();
    }
  }

  /// Whether a view of this dtype and count may be copied here.
  void checkLike(DType dtype, long elementCount) {
    if (dtype != bytes.dtype() || elementCount != bytes.layout().elementCount()) {
      throw new IllegalArgumentException(
          "%s takes a view of %d elements of %s, was given %d of %s"
              .formatted(bytes, bytes.layout().elementCount(), bytes.dtype(), elementCount, dtype));
    }
  }

  private void checkApart(ViewBytes source) {
    if (bytes.overlaps(source)) {
      throw new IllegalArgumentException(
          "%s can't be copied to %s, which shares elements with it; copy through an array"
              .formatted(source, bytes));
    }
  }

  void fill(byte value) {
    checkWritable();
    lease.enter();
    try {
      bytes.fill(value);
    } finally {
      lease.leave();
    }
  }

  private void checkWritable() {
    lease.checkOpen();
    if (!bytes.isWritable()) {
      throw bytes.notWritable();
    }
  }

  <R> R lend(Function<? super MemorySegment, ? extends R> user) {
    lease.checkOpen();
    if (!bytes.layout().isContiguous()) {
      throw new IllegalStateException(
          "%s of shape %s is not contiguous and can't be lent as one segment; copy its elements"
              .formatted(bytes, bytes.tensor().shape()));
    }
    lease.enter();
    try {
      R result = user.apply(bytes.segment());
      lease.checkAfterRead();
      return result;
    } finally {
      lease.leave();
    }
  }
}
