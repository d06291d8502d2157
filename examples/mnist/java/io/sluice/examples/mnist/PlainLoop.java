package io.sluice.examples.mnist;

import static io.sluice.examples.mnist.Perceptron.HIDDEN_WEIGHTS;
import static io.sluice.examples.mnist.Perceptron.OUTPUT_WEIGHTS;
import static io.sluice.examples.mnist.Perceptron.PIXELS;

import java.util.Arrays;

/// The same training as a loop on one thread, without Sluice: the same arithmetic in the same
/// order, so that its weights must come out equal bit for bit.
final class PlainLoop {
  private final Plan plan;
  private final Digits training;
  private final Perceptron perceptron = new Perceptron();

  private final float[] hidden;
  private final float[] output;
  private final float[] hiddenPart = new float[HIDDEN_WEIGHTS];
  private final float[] outputPart = new float[OUTPUT_WEIGHTS];
  private final float[] hiddenSum = new float[HIDDEN_WEIGHTS];
  private final float[] outputSum = new float[OUTPUT_WEIGHTS];
  private final byte[] images;
  private final byte[] labels;

  PlainLoop(Plan plan, Digits training) {
    this.plan = plan;
    this.training = training;
    Weights initial = Weights.initial(plan.seed());
    this.hidden = initial.hidden();
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
    Arrays.fill(hiddenSum, 0);
    Arrays.fill(outputSum, 0);
    for (int shard = 0; shard < plan.shards(); shard++) {
      addShard(order, first + shard * plan.shardSize());
    }
    Perceptron.descend(plan.stepSize(), hiddenSum, hidden, HIDDEN_WEIGHTS);
    Perceptron.descend(plan.stepSize(), outputSum, output, OUTPUT_WEIGHTS);
  }

  private void addShard(int[] order, int first) {
    for (int i = 0; i < labels.length; i++) {
      int pick = order[first + i];
      System.arraycopy(training.images(), pick * PIXELS, images, i * PIXELS, PIXELS);
      labels[i] = training.labels()[pick];
    }
    Arrays.fill(hiddenPart, 0);
    Arrays.fill(outputPart, 0);
    perceptron.addGradients(images, labels, hidden, output, hiddenPart, outputPart);
    Perceptron.add(hiddenPart, hiddenSum, HIDDEN_WEIGHTS);
    Perceptron.add(outputPart, outputSum, OUTPUT_WEIGHTS);
  }

  ConfusionMatrix test(Digits test) {
    byte[] predictions = new byte[test.count()];
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = perceptron.classify(test.images(), i * PIXELS, hidden, output);
    }
    return ConfusionMatrix.of(test.labels(), predictions);
  }

  Weights weights() {
    return new Weights(hidden, output);
  }
}
