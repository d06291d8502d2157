package io.sluice.examples.mnist;

import io.sluice.task.TensorView;

/// Bulk copies between views and arrays: of all elements, or row by row.
final class Views {
  private static final byte[] NONE = {};

  private Views() {}

  static byte[] bytes(TensorView view) {
    return bytes(view, NONE);
  }

  /// The same into an array that is at hand, if it has the length; else into a new one.
  static byte[] bytes(TensorView view, byte[] atHand) {
    int count = (int) view.elementCount();
    byte[] bytes = atHand.length == count ? atHand : new byte[count];
    view.copyTo(0, bytes, 0, count);
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

  /// The rows of a matrix, read one at a time into an array of a row's length.
  static Perceptron.RowSource rows(TensorView matrix, float[] row) {
    return index -> {
      matrix.copyTo((long) index * row.length, row, 0, row.length);
      return row;
    };
  }

  /// Writes rows where they belong in a matrix.
  static Perceptron.RowTarget rowsOf(TensorView matrix) {
    return (index, row) -> matrix.copyFrom((long) index * row.length, row, 0, row.length);
  }
}
