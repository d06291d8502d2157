package io.sluice.examples.mnist;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/// The weights of both layers, as arrays.
final class Weights {
  private final float[] hidden;
  private final float[] output;

  Weights(float[] hidden, float[] output) {
    this.hidden = hidden;
    this.output = output;
  }

  /// Those that training starts from.
  static Weights initial(long seed) {
    return new Weights(Perceptron.initialHidden(seed), Perceptron.initialOutput(seed));
  }

  /// Copies the rows of the hidden layer one behind the other.
  static Weights ofRows(float[][] hiddenRows, float[] output) {
    float[] hidden = new float[Perceptron.HIDDEN_WEIGHTS];
    for (int row = 0; row < hiddenRows.length; row++) {
      System.arraycopy(hiddenRows[row], 0, hidden, row * Perceptron.HIDDEN, Perceptron.HIDDEN);
    }
    return new Weights(hidden, output);
  }

  /// A copy of the hidden layer, each row an array.
  float[][] hiddenRows() {
    float[][] rows = new float[Perceptron.HIDDEN_ROWS][];
    for (int row = 0; row < rows.length; row++) {
      int from = row * Perceptron.HIDDEN;
      rows[row] = Arrays.copyOfRange(hidden, from, from + Perceptron.HIDDEN);
    }
    return rows;
  }

  /// 785 rows of 128, the last one is the bias.
  float[] hidden() {
    return hidden;
  }

  /// 129 rows of 10, the last one is the bias.
  float[] output() {
    return output;
  }

  /// CRC-32 of all bits, hidden layer first, little-endian.
  String checksum() {
    CRC32 crc = new CRC32();
    crc.update(littleEndian(hidden));
    crc.update(littleEndian(output));
    return "%08x".formatted(crc.getValue());
  }

  private static ByteBuffer littleEndian(float[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return bytes;
  }
}
