package io.sluice.examples.mnist;

import io.sluice.task.TensorView;
import java.io.IOException;
import java.nio.file.Path;

/// Handwritten digits, 28 by 28 pixels each, with what they show.
final class Digits {
  private static final int EDGE = 28;

  private final byte[] images;
  private final byte[] labels;

  private Digits(byte[] images, byte[] labels) {
    this.images = images;
    this.labels = labels;
  }

  /// The training set or the test set of a directory.
  static Digits load(Path directory, String images, String labels) throws IOException {
    IdxFile pixels = IdxFile.read(directory.resolve(images), 3);
    IdxFile values = IdxFile.read(directory.resolve(labels), 1);
    if (pixels.extent(1) != EDGE || pixels.extent(2) != EDGE) {
      throw new IOException(images + " must hold images of 28 by 28 pixels");
    }
    if (pixels.extent(0) != values.extent(0)) {
      throw new IOException(
          "%s holds %,d images, but %s %,d labels; they don't belong together"
              .formatted(images, pixels.extent(0), labels, values.extent(0)));
    }
    return new Digits(pixels.elements(), values.elements());
  }

  int count() {
    return labels.length;
  }

  /// 784 bytes a digit, 0 is the background.
  byte[] images() {
    return images;
  }

  /// 0 to 9, one byte a digit.
  byte[] labels() {
    return labels;
  }

  /// Copies the pixels and the values of these digits.
  void copy(int[] picks, TensorView pixels, TensorView values) {
    copyImages(picks, pixels);
    copyLabels(picks, values);
  }

  /// Copies the pixels of these digits, one row each.
  void copyImages(int[] picks, TensorView target) {
    for (int row = 0; row < picks.length; row++) {
      int from = picks[row] * Perceptron.PIXELS;
      target.copyFrom((long) row * Perceptron.PIXELS, images, from, Perceptron.PIXELS);
    }
  }

  void copyLabels(int[] picks, TensorView target) {
    byte[] picked = new byte[picks.length];
    for (int row = 0; row < picks.length; row++) {
      picked[row] = labels[picks[row]];
    }
    target.copyFrom(0, picked, 0, picked.length);
  }
}
