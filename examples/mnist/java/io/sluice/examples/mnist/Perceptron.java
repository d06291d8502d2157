package io.sluice.examples.mnist;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The arithmetic of a 784-128-10 perceptron: ReLU, softmax, cross-entropy.
///
/// Both layers are matrices with one row an input, and the bias as one row more. Of the hidden layer,
/// which is large, a row at a time is used for all images of a call: so each row of weights is read
/// once, each row of the gradient is written once, and neither matrix has to be an array.
///
/// The same numbers come out wherever it runs: sums have a fixed order, and `StrictMath` one result.
///
/// **Confinement.** An instance is scratch space: one thread uses it at a time.
final class Perceptron {
  static final int PIXELS = 784;
  static final int HIDDEN = 128;
  static final int CLASSES = 10;

  static final int HIDDEN_ROWS = PIXELS + 1;
  static final int OUTPUT_ROWS = HIDDEN + 1;
  static final int HIDDEN_WEIGHTS = HIDDEN_ROWS * HIDDEN;
  static final int OUTPUT_WEIGHTS = OUTPUT_ROWS * CLASSES;

  private static final int OUTPUT_BIAS = HIDDEN * CLASSES;
  private static final float[] BRIGHTNESS = brightness();

  /// Of each image.
  private float[][] hidden = {};

  /// Of each image.
  private float[][] hiddenError = {};

  private final float[] output = new float[CLASSES];
  private final float[] gradientRow = new float[HIDDEN];

  /// The rows of the hidden layer's weights.
  interface RowSource {
    /// 128 weights, which are read before the next row is asked for.
    float[] row(int index);
  }

  /// Takes the rows of the hidden layer's gradient.
  interface RowTarget {
    /// Takes 128 numbers, which are only lent.
    void put(int index, float[] row);
  }

  private static float[] brightness() {
    float[] table = new float[256];
    for (int pixel = 0; pixel < table.length; pixel++) {
      table[pixel] = pixel / 255f;
    }
    return table;
  }

  /// He's initial weights of the hidden layer; the bias starts as zero.
  static float[] initialHidden(long seed) {
    return initialWeights(HIDDEN_ROWS, HIDDEN, new SplittableRandom(seed));
  }

  /// He's initial weights of the output layer; the bias starts as zero.
  static float[] initialOutput(long seed) {
    return initialWeights(OUTPUT_ROWS, CLASSES, new SplittableRandom(~seed));
  }

  private static float[] initialWeights(int rows, int columns, SplittableRandom random) {
    double deviation = StrictMath.sqrt(2.0 / (rows - 1));
    float[] weights = new float[rows * columns];
    for (int i = 0; i < (rows - 1) * columns; i++) {
      weights[i] = (float) (deviation * random.nextGaussian());
    }
    return weights;
  }

  /// Computes the gradients for `labels.length` images, and returns the sum of the losses. Those of the
  /// hidden layer are put row by row, those of the output layer are added to a sum.
  float gradients(
      byte[] images,
      byte[] labels,
      RowSource hiddenWeights,
      float[] outputWeights,
      RowTarget hiddenGradient,
      float[] outputSum) {
    forwardHidden(images, labels.length, hiddenWeights);
    float loss = 0;
    for (int i = 0; i < labels.length; i++) {
      forwardOutput(hidden[i], outputWeights);
      loss += softmax(labels[i]);
      backwardOutput(hidden[i], hiddenError[i], outputWeights, outputSum);
    }
    backwardHidden(images, labels.length, hiddenGradient);
    return loss;
  }

  /// The digits that the images show, most likely, into `predictions`.
  void classify(byte[] images, RowSource hiddenWeights, float[] outputWeights, byte[] predictions) {
    forwardHidden(images, predictions.length, hiddenWeights);
    for (int i = 0; i < predictions.length; i++) {
      forwardOutput(hidden[i], outputWeights);
      predictions[i] = mostLikely();
    }
  }

  private byte mostLikely() {
    int best = 0;
    for (int k = 1; k < CLASSES; k++) {
      if (output[k] > output[best]) {
        best = k;
      }
    }
    return (byte) best;
  }

  private void forwardHidden(byte[] images, int count, RowSource weights) {
    growTo(count);
    float[] bias = weights.row(PIXELS);
    for (int i = 0; i < count; i++) {
      System.arraycopy(bias, 0, hidden[i], 0, HIDDEN);
    }
    for (int p = 0; p < PIXELS; p++) {
      forwardPixel(images, count, p, weights.row(p));
    }
  }

  private void growTo(int count) {
    if (hidden.length < count) {
      hidden = new float[count][HIDDEN];
      hiddenError = new float[count][HIDDEN];
    }
  }

  private void forwardPixel(byte[] images, int count, int pixel, float[] weights) {
    for (int i = 0; i < count; i++) {
      int value = images[i * PIXELS + pixel] & 0xff;
      if (value != 0) {
        addScaled(BRIGHTNESS[value], weights, hidden[i]);
      }
    }
  }

  private void forwardOutput(float[] hidden, float[] weights) {
    System.arraycopy(weights, OUTPUT_BIAS, output, 0, CLASSES);
    for (int j = 0; j < HIDDEN; j++) {
      hidden[j] = Math.max(hidden[j], 0);
      for (int k = 0; k < CLASSES; k++) {
        output[k] += hidden[j] * weights[j * CLASSES + k];
      }
    }
  }

  /// Turns the output into its error, and returns the loss.
  private float softmax(int label) {
    float largest = output[0];
    for (float value : output) {
      largest = Math.max(largest, value);
    }
    double sum = 0;
    for (int k = 0; k < CLASSES; k++) {
      output[k] = (float) StrictMath.exp(output[k] - largest);
      sum += output[k];
    }
    double loss = StrictMath.log(sum) - StrictMath.log(output[label]);
    for (int k = 0; k < CLASSES; k++) {
      output[k] = (float) (output[k] / sum) - (k == label ? 1 : 0);
    }
    return (float) loss;
  }

  private void backwardOutput(float[] hidden, float[] error, float[] weights, float[] sum) {
    for (int j = 0; j < HIDDEN; j++) {
      float errorOfUnit = 0;
      for (int k = 0; k < CLASSES; k++) {
        errorOfUnit += output[k] * weights[j * CLASSES + k];
        sum[j * CLASSES + k] += hidden[j] * output[k];
      }
      error[j] = hidden[j] > 0 ? errorOfUnit : 0;
    }
    for (int k = 0; k < CLASSES; k++) {
      sum[OUTPUT_BIAS + k] += output[k];
    }
  }

  private void backwardHidden(byte[] images, int count, RowTarget gradient) {
    for (int p = 0; p < PIXELS; p++) {
      Arrays.fill(gradientRow, 0);
      backwardPixel(images, count, p);
      gradient.put(p, gradientRow);
    }
    Arrays.fill(gradientRow, 0);
    for (int i = 0; i < count; i++) {
      addScaled(1, hiddenError[i], gradientRow);
    }
    gradient.put(PIXELS, gradientRow);
  }

  private void backwardPixel(byte[] images, int count, int pixel) {
    for (int i = 0; i < count; i++) {
      int value = images[i * PIXELS + pixel] & 0xff;
      if (value != 0) {
        addScaled(BRIGHTNESS[value], hiddenError[i], gradientRow);
      }
    }
  }

  /// Adds the first `count` numbers of a part to those of a sum.
  static void add(float[] part, float[] sum, int count) {
    for (int i = 0; i < count; i++) {
      sum[i] += part[i];
    }
  }

  /// Takes a step down the gradient.
  static void descend(float stepSize, float[] gradient, float[] weights, int count) {
    for (int i = 0; i < count; i++) {
      weights[i] -= stepSize * gradient[i];
    }
  }

  /// Adds one row, times a factor, to another. Both have the same index: a compiler that can't see
  /// whether they overlap makes vector code of the loop all the same.
  private static void addScaled(float factor, float[] row, float[] sum) {
    for (int j = 0; j < HIDDEN; j++) {
      sum[j] += factor * row[j];
    }
  }
}
