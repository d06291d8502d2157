package io.sluice.memory;

import java.util.Objects;

/// A view whose elements have gaps between them, or which any thread may end.
///
/// It maps the index and guards the access; the element itself is left to an [ElementView] of the
/// same bytes. Loops over it are not vectorised; bulk copies are as fast as elsewhere.
///
/// **Order of an access.** Lease, index, bytes, and after a read the lease again; a write is inside the
/// lease meanwhile. The region may go
/// as soon as the lease has ended, so a reader in between may find it unmapped.
final class GuardedView extends RegionTensorView {
  private final ElementView elements;
  private final BoxLayout layout;

  /// A view of all that `elements` has behind it.
  GuardedView(ElementView elements) {
    super(elements.bytes, elements.lease);
    this.elements = elements;
    this.layout = elements.bytes.layout();
  }

  private long elementAt(long index) {
    lease.checkOpen();
    return layout.elementAt(Objects.checkIndex(index, elementCount));
  }

  /// Checks all, and enters the lease as the last thing.
  private long beginWrite(long index) {
    if (!bytes.isWritable()) {
      throw bytes.notWritable();
    }
    long element = elementAt(index);
    lease.enter();
    return element;
  }

  @Override
  public float getFloat(long index) {
    long element = elementAt(index);
    try {
      float value = elements.loadFloat(element);
      lease.checkAfterRead();
      return value;
    } catch (IllegalStateException unmapped) {
      throw lease.failure(unmapped);
    }
  }

  @Override
  public double getDouble(long index) {
    long element = elementAt(index);
    try {
      double value = elements.loadDouble(element);
      lease.checkAfterRead();
      return value;
    } catch (IllegalStateException unmapped) {
      throw lease.failure(unmapped);
    }
  }

  @Override
  public int getInt(long index) {
    long element = elementAt(index);
    try {
      int value = elements.loadInt(element);
      lease.checkAfterRead();
      return value;
    } catch (IllegalStateException unmapped) {
      throw lease.failure(unmapped);
    }
  }

  @Override
  public long getLong(long index) {
    long element = elementAt(index);
    try {
      long value = elements.loadLong(element);
      lease.checkAfterRead();
      return value;
    } catch (IllegalStateException unmapped) {
      throw lease.failure(unmapped);
    }
  }

  @Override
  public boolean getBoolean(long index) {
    long element = elementAt(index);
    try {
      boolean value = elements.loadBoolean(element);
      lease.checkAfterRead();
      return value;
    } catch (IllegalStateException unmapped) {
      throw lease.failure(unmapped);
    }
  }

  @Override
  public void setFloat(long index, float value) {
    long element = beginWrite(index);
    try {
      elements.storeFloat(element, value);
    } finally {
      lease.leave();
    }
  }

  @Override
  public void setDouble(long index, double value) {
    long element = beginWrite(index);
    try {
      elements.storeDouble(element, value);
    } finally {
      lease.leave();
    }
  }

  @Override
  public void setInt(long index, int value) {
    long element = beginWrite(index);
    try {
      elements.storeInt(element, value);
    } finally {
      lease.leave();
    }
  }

  @Override
  public void setLong(long index, long value) {
    long element = beginWrite(index);
    try {
      elements.storeLong(element, value);
    } finally {
      lease.leave();
    }
  }

  @Override
  public void setBoolean(long index, boolean value) {
    setInt(index, value ? 1 : 0);
  }
}
