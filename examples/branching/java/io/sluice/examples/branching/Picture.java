package io.sluice.examples.branching;

import io.sluice.task.TensorView;

/// The Mandelbrot set, with much detail in few places: a byte for each pixel, which says how long the
/// point took to escape.
///
/// @param edge height and width in pixels, a power of two
record Picture(int edge) {
  private static final int MOST_STEPS = 255;
  private static final double LEFT = -2.1;
  private static final double TOP = -1.3;
  private static final double WIDTH = 2.6;

  void drawInto(TensorView pixels) {
    for (int row = 0; row < edge; row++) {
      for (int column = 0; column < edge; column++) {
        pixels.setInt((long) row * edge + column, pixel(row, column));
      }
    }
  }

  int pixel(int row, int column) {
    double x = LEFT + WIDTH * column / edge;
    double y = TOP + WIDTH * row / edge;
    double real = 0;
    double imaginary = 0;
    int steps = 0;
    while (steps < MOST_STEPS && real * real + imaginary * imaginary < 4) {
      double next = real * real - imaginary * imaginary + x;
      imaginary = 2 * real * imaginary + y;
      real = next;
      steps++;
    }
    return steps;
  }
}
