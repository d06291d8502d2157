package io.sluice.examples.mnist;

import io.sluice.task.TensorView;

/// Bulk copies between whole views and arrays.
final class Views {
  private Views() {}

  static byte[] bytes(TensorView view) {
    byte[] bytes = new byte[(int) view.elementCount()];
    view.copyTo(0, bytes, 0, bytes.length);
    return bytes;
  }

  static float[] floats(TensorView view) {
    float[] floats = new float[(int) view.elementCount()];
    read(view, floats);
    return floats;
  }

  static void read(TensorView view, float[] target) {
    view.copyTo(0, target, 0, (int) view.elementCount());
  }

  static void write(float[] source, TensorView view) {
    view.copyFrom(0, source, 0, (int) view.elementCount());
  }
}
