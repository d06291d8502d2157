package io.sluice.memory;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A contiguous view lent to one thread: what most kernels get, and the fast one.
///
/// There is one subclass for each dtype instead of a codec in a field: the class tells the compiler
/// all, so that a loop over the elements comes down to loads and stores, and is vectorised. For the
/// same reason boxes with gaps and shared leases have a class of their own: branches for them would
/// spoil the profile of these few methods, which all kernels share.
///
/// **Order of an access.** Lease, index, bytes, and off the thread it was lent to, after a read, the
/// lease again. A write is not looked at again: only a kernel writes, and its lease is open until
/// it returns.
abstract non-sealed class ElementView extends RegionTensorView {
  /// From the first element to the last one.
  final MemorySegment segment;

  private final boolean writable;

  ElementView(ViewBytes bytes, Lease lease) {
    super(bytes, lease);
    this.segment = bytes.segment();
    this.writable = bytes.isWritable();
  }

  // What these take is the place in the segment, counted in elements.

  abstract float loadFloat(long element);

  abstract double loadDouble(long element);

  abstract int loadInt(long element);

  abstract long loadLong(long element);

  abstract boolean loadBoolean(long element);

  abstract void storeFloat(long element, float value);

  abstract void storeDouble(long element, double value);

  abstract void storeInt(long element, int value);

  abstract void storeLong(long element, long value);

  private long checked(long index) {
    if (!(lease.isLentHere() ? lease.isOpenHere() : lease.isOpen())) {
      throw lease.failure();
    }
    return Objects.checkIndex(index, elementCount);
  }

  private void afterRead() {
    if (!lease.isLentHere()) {
      lease.checkAfterRead();
    }
  }

  private long checkedToWrite(long index) {
    if (!writable) {
      throw bytes.notWritable();
    }
    return checked(index);
  }

  @Override
  public final float getFloat(long index) {
    float value = loadFloat(checked(index));
    afterRead();
    return value;
  }

  @Override
  public final double getDouble(long index) {
    double value = loadDouble(checked(index));
    afterRead();
    return value;
  }

  @Override
  public final int getInt(long index) {
    int value = loadInt(checked(index));
    afterRead();
    return value;
  }

  @Override
  public final long getLong(long index) {
    long value = loadLong(checked(index));
    afterRead();
    return value;
  }

  @Override
  public final boolean getBoolean(long index) {
    boolean value = loadBoolean(checked(index));
    afterRead();
    return value;
  }

  @Override
  public final void setFloat(long index, float value) {
    storeFloat(checkedToWrite(index), value);
  }

  @Override
  public final void setDouble(long index, double value) {
    storeDouble(checkedToWrite(index), value);
  }

  @Override
  public final void setInt(long index, int value) {
    storeInt(checkedToWrite(index), value);
  }

  @Override
  public final void setLong(long index, long value) {
    storeLong(checkedToWrite(index), value);
  }

  @Override
  public final void setBoolean(long index, boolean value) {
    storeInt(checkedToWrite(index), value ? 1 : 0);
  }
}
