package io.sluice.examples.mnist;

/// How often each digit was taken for which. Immutable.
final class ConfusionMatrix {
  private static final int CLASSES = Perceptron.CLASSES;

  /// Of images, at `actual * 10 + predicted`.
  private final long[] counts;

  private ConfusionMatrix(long[] counts) {
    this.counts = counts;
  }

  /// Of no images.
  static ConfusionMatrix empty() {
    return new ConfusionMatrix(new long[CLASSES * CLASSES]);
  }

  /// Of as many images as both arrays have digits.
  static ConfusionMatrix of(byte[] actual, byte[] predicted) {
    long[] counts = new long[CLASSES * CLASSES];
    for (int i = 0; i < actual.length; i++) {
      counts[actual[i] * CLASSES + predicted[i]]++;
    }
    return new ConfusionMatrix(counts);
  }

  ConfusionMatrix plus(ConfusionMatrix other) {
    long[] sum = counts.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.counts[i];
    }
    return new ConfusionMatrix(sum);
  }

  long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /// Images taken for what they are, of a hundred.
  double accuracyPercent() {
    long right = 0;
    for (int digit = 0; digit < CLASSES; digit++) {
      right += count(digit, digit);
    }
    return 100.0 * right / total();
  }

  private long count(int actual, int predicted) {
    return counts[actual * CLASSES + predicted];
  }

  /// A table: a row for each digit, a column for each prediction.
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder("       taken for\n digit ");
    for (int predicted = 0; predicted < CLASSES; predicted++) {
      table.append("%6d".formatted(predicted));
    }
    for (int actual = 0; actual < CLASSES; actual++) {
      table.append("%n%6d ".formatted(actual));
      for (int predicted = 0; predicted < CLASSES; predicted++) {
        long count = count(actual, predicted);
        table.append(count == 0 ? "     ." : "%6d".formatted(count));
      }
    }
    return table.toString();
  }
}
