package io.sluice.examples.mnist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// Weights that read digits, and digits to be read, as raw bytes: for other examples.
public final class TrainedDigits {
  private final Weights weights;
  private final Digits test;

  private TrainedDigits(Weights weights, Digits test) {
    this.weights = weights;
    this.test = test;
  }

  /// Trains for one epoch, without Sluice; takes about a second.
  ///
  /// @param data the directory of the digits
  public static TrainedDigits train(Path data) throws IOException {
    Digits training = Digits.load(data, "train-images-20k.idx3.gz", "train-labels-20k.idx1.gz");
    PlainLoop loop = new PlainLoop(Plan.QUICK, training);
    loop.train();
    Digits test = Digits.load(data, "test-images-10k.idx3.gz", "test-labels-10k.idx1.gz");
    return new TrainedDigits(loop.weights(), test);
  }

  /// FLOAT32, 785 by 128, in native order.
  public byte[] hiddenWeights() {
    return bytes(weights.hidden());
  }

  /// FLOAT32, 129 by 10, in native order.
  public byte[] outputWeights() {
    return bytes(weights.output());
  }

  private static byte[] bytes(float[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(numbers);
    return bytes.array();
  }

  /// How many digits there are to be read.
  public int count() {
    return test.count();
  }

  /// The pixels of one, UINT8, 1 by 784.
  public byte[] image(int digit) {
    byte[] image = new byte[Perceptron.PIXELS];
    System.arraycopy(test.images(), digit * Perceptron.PIXELS, image, 0, image.length);
    return image;
  }

  /// What it shows, 0 to 9.
  public int label(int digit) {
    return test.labels()[digit];
  }
}
