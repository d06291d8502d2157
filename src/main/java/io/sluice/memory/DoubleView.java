package io.sluice.memory;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

/// A view of FLOAT64.
final class DoubleView extends ElementView {
  DoubleView(ViewBytes bytes, Lease lease) {
    super(bytes, lease);
  }

  @Override
  float loadFloat(long element) {
    return (float) loadDouble(element);
  }

  @Override
  double loadDouble(long element) {
    return segment.getAtIndex(JAVA_DOUBLE, element);
  }

  @Override
  int loadInt(long element) {
    return (int) loadDouble(element);
  }

  @Override
  long loadLong(long element) {
    return (long) loadDouble(element);
  }

  @Override
  boolean loadBoolean(long element) {
    return loadDouble(element) != 0;
  }

  @Override
  void storeFloat(long element, float value) {
    storeDouble(element, value);
  }

  @Override
  void storeDouble(long element, double value) {
    segment.setAtIndex(JAVA_DOUBLE, element, value);
  }

  @Override
  void storeInt(long element, int value) {
    storeDouble(element, value);
  }

  @Override
  void storeLong(long element, long value) {
    storeDouble(element, (double) value);
  }
}
