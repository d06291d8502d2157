package io.sluice.examples.mnist;

import java.util.SplittableRandom;

/// The arithmetic of a 784-128-10 perceptron, on plain arrays: ReLU, softmax, cross-entropy.
///
/// Both layers are matrices with one row an input, and the bias as one row more. The same numbers
/// come out wherever it runs: sums have a fixed order, and `StrictMath` one result.
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

  private static final int HIDDEN_BIAS = PIXELS * HIDDEN;
  private static final int OUTPUT_BIAS = HIDDEN * CLASSES;
  private static final float[] BRIGHTNESS = brightness();

  private final float[] hidden = new float[HIDDEN];
  private final float[] hiddenError = new float[HIDDEN];
  private final float[] output = new float[CLASSES];

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

  /// Adds the gradients for `labels.length` images to two sums, and returns the sum of the losses.
  float addGradients(
      byte[] images,
      byte[] labels,
      float[] hiddenWeights,
      float[] outputWeights,
      float[] hiddenSum,
      float[] outputSum) {
    float loss = 0;
    for (int i = 0; i < labels.length; i++) {
      forward(images, i * PIXELS, hiddenWeights, outputWeights);
      loss += softmax(labels[i]);
      backwardOutput(outputWeights, outputSum);
      backwardHidden(images, i * PIXELS, hiddenSum);
    }
    return loss;
  }

  /// The digit that the image at `first` shows, most likely.
  byte classify(byte[] images, int first, float[] hiddenWeights, float[] outputWeights) {
    forward(images, first, hiddenWeights, outputWeights);
    int best = 0;
    for (int k = 1; k < CLASSES; k++) {
      if (output[k] > output[best]) {
        best = k;
      }
    }
    return (byte) best;
  }

  private void forward(byte[] images, int first, float[] hiddenWeights, float[] outputWeights) {
    System.arraycopy(hiddenWeights, HIDDEN_BIAS, hidden, 0, HIDDEN);
    for (int p = 0; p < PIXELS; p++) {
      if (images[first + p] != 0) {
        addScaled(BRIGHTNESS[images[first + p] & 0xff], hiddenWeights, p * HIDDEN, hidden, 0);
      }
    }
    System.arraycopy(outputWeights, OUTPUT_BIAS, output, 0, CLASSES);
    for (int j = 0; j < HIDDEN; j++) {
      hidden[j] = Math.max(hidden[j], 0);
      for (int k = 0; k < CLASSES; k++) {
        output[k] += hidden[j] * outputWeights[j * CLASSES + k];
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

  private void backwardOutput(float[] outputWeights, float[] outputSum) {
    for (int j = 0; j < HIDDEN; j++) {
      float error = 0;
      for (int k = 0; k < CLASSES; k++) {
        error += output[k] * outputWeights[j * CLASSES + k];
        outputSum[j * CLASSES + k] += hidden[j] * output[k];
      }
      hiddenError[j] = hidden[j] > 0 ? error : 0;
    }
    for (int k = 0; k < CLASSES; k++) {
      outputSum[OUTPUT_BIAS + k] += output[k];
    }
  }

  private void backwardHidden(byte[] images, int first, float[] hiddenSum) {
    for (int p = 0; p < PIXELS; p++) {
      if (images[first + p] != 0) {
        addScaled(BRIGHTNESS[images[first + p] & 0xff], hiddenError, 0, hiddenSum, p * HIDDEN);
      }
    }
    addScaled(1, hiddenError, 0, hiddenSum, HIDDEN_BIAS);
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

  /// Adds one row, times a factor, to another; the loop that the compiler turns into vector code.
  private static void addScaled(float factor, float[] row, int from, float[] sum, int to) {
    for (int j = 0; j < HIDDEN; j++) {
      sum[to + j] += factor * row[from + j];
    }
  }
}
