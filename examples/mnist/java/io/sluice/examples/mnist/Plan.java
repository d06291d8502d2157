package io.sluice.examples.mnist;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// What is trained and how; the same plan gives the same weights, bit for bit, however it runs.
///
/// @param digits how many of the training digits are used
/// @param epochs how often each is seen
/// @param batchSize digits between two updates of the weights
/// @param shards parts of a batch that are computed side by side; a property of the plan and not of
///     the machine, because it decides in which order gradients are added
/// @param learningRate step along the mean gradient of a batch
/// @param seed of the initial weights and of the order of the digits
/// @param leastAccuracyPercent of the test digits that must be read well in the end
record Plan(
    int digits,
    int epochs,
    int batchSize,
    int shards,
    float learningRate,
    long seed,
    int leastAccuracyPercent) {
  static final Plan FULL = new Plan(20_000, 15, 512, 4, 0.8f, 1, 95);
  static final Plan QUICK = new Plan(20_000, 1, 512, 4, 0.8f, 1, 85);

  Plan {
    if (batchSize % shards != 0) {
      throw new IllegalArgumentException(
          "batchSize must be a multiple of shards (%d), was %d".formatted(shards, batchSize));
    }
  }

  /// What remains of the digits after the last whole batch is left out, others in each epoch.
  int batchesPerEpoch() {
    return digits / batchSize;
  }

  int batches() {
    return epochs * batchesPerEpoch();
  }

  int shardSize() {
    return batchSize / shards;
  }

  /// The first row of one of as many parts of the hidden layer as there are shards; of the part behind
  /// the last one, the end.
  int firstHiddenRow(int part) {
    return Perceptron.HIDDEN_ROWS * part / shards;
  }

  /// Times the sum of a batch's gradients, the step.
  float stepSize() {
    return learningRate / batchSize;
  }

  /// The digits of each epoch, in its order.
  int[] order(int epoch) {
    SplittableRandom random = new SplittableRandom(seed + epoch);
    int[] order = IntStream.range(0, digits).toArray();
    for (int i = digits - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
