package io.sluice.examples.mnist;

import static io.sluice.examples.mnist.Perceptron.HIDDEN;
import static io.sluice.examples.mnist.Perceptron.HIDDEN_ROWS;
import static io.sluice.examples.mnist.Perceptron.OUTPUT_WEIGHTS;
import static io.sluice.examples.mnist.Perceptron.PIXELS;

import java.util.Arrays;

/// The same training as a loop on one thread, without Sluice: the same arithmetic in the same
/// order, so that its weights must come out equal bit for bit.
final class PlainLoop {
  private final Plan plan;
  private final Digits training;
  private final Perceptron perceptron = new Perceptron();

  private final float[][] hidden;
  private final float[] output;
  private final float[][] hiddenSum = new float[HIDDEN_ROWS][HIDDEN];
  private final float[] outputPart = new float[OUTPUT_WEIGHTS];
  private final float[] outputSum = new float[OUTPUT_WEIGHTS];
  private final byte[] images;
  private final byte[] labels;

  PlainLoop(Plan plan, Digits training) {
    this.plan = plan;
    this.training = training;
    Weights initial = Weights.initial(plan.seed());
    this.hidden = initial.hiddenRows();
    this.output = initial.output();
    this.images = new byte[plan.shardSize() * PIXELS];
    this.labels = new byte[plan.shardSize()];
  }

  /// Trains by the whole plan.
  void train() {
    for (int epoch = 0; epoch < plan.epochs(); epoch++) {
      int[] order = plan.order(epoch);
      for (int batch = 0; batch < plan.batchesPerEpoch(); batch++) {
        step(order, batch * plan.batchSize());
      }
    }
  }

  private void step(int[] order, int first) {
    for (float[] row : hiddenSum) {
      Arrays.fill(row, 0);
    }
    Arrays.fill(outputSum, 0);
    for (int shard = 0; shard < plan.shards(); shard++) {
      addShard(order, first + shard * plan.shardSize());
    }
    for (int row = 0; row < HIDDEN_ROWS; row++) {
      Perceptron.descend(plan.stepSize(), hiddenSum[row], hidden[row], HIDDEN);
    }
    Perceptron.descend(plan.stepSize(), outputSum, output, OUTPUT_WEIGHTS);
  }

  private void addShard(int[] order, int first) {
    for (int i = 0; i < labels.length; i++) {
      int pick = order[first + i];
      System.arraycopy(training.images(), pick * PIXELS, images, i * PIXELS, PIXELS);
      labels[i] = training.labels()[pick];
    }
    Arrays.fill(outputPart, 0);
    perceptron.gradients(
        images, labels, row -> hidden[row], output, this::addToHiddenSum, outputPart);
    Perceptron.add(outputPart, outputSum, OUTPUT_WEIGHTS);
  }

  private void addToHiddenSum(int row, float[] part) {
    Perceptron.add(part, hiddenSum[row], HIDDEN);
  }

  ConfusionMatrix test(Digits test) {
    byte[] predictions = new byte[test.count()];
    perceptron.classify(test.images(), row -> hidden[row], output, predictions);
    return ConfusionMatrix.of(test.labels(), predictions);
  }

  Weights weights() {
    return Weights.ofRows(hidden, output);
  }
}
