package io.sluice.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

/// A view of BOOL: a byte, 0 or 1. Whatever is not zero is true, and reads as 1.
final class BoolView extends ElementView {
  BoolView(ViewBytes bytes, Lease lease) {
    super(bytes, lease);
  }

  @Override
  float loadFloat(long element) {
    return loadInt(element);
  }

  @Override
  double loadDouble(long element) {
    return loadInt(element);
  }

  @Override
  int loadInt(long element) {
    return loadBoolean(element) ? 1 : 0;
  }

  @Override
  long loadLong(long element) {
    return loadInt(element);
  }

  @Override
  boolean loadBoolean(long element) {
    return segment.get(JAVA_BYTE, element) != 0;
  }

  @Override
  void storeFloat(long element, float value) {
    store(element, value != 0);
  }

  @Override
  void storeDouble(long element, double value) {
    store(element, value != 0);
  }

  @Override
  void storeInt(long element, int value) {
    store(element, value != 0);
  }

  @Override
  void storeLong(long element, long value) {
    store(element, value != 0);
  }

  private void store(long element, boolean value) {
    segment.set(JAVA_BYTE, element, (byte) (value ? 1 : 0));
  }
}
