package io.sluice.examples.mnist;

import io.sluice.task.KernelContext;
import io.sluice.task.TensorView;
import java.util.Arrays;

/// The kernel that adds the shards' gradients, in the order of the shards, and takes a step.
///
/// ```
///   INOUT  hidden weights, output weights
///   OUT    loss, the mean of the batch
///   IN     hidden gradient, output gradient, loss; of each shard
///   scalar the step's size, digits in the batch
/// ```
final class Reduce {
  /// Numbers at a time: few enough that both arrays stay in the fastest cache.
  private static final int CHUNK = 2_048;

  private static final int FIRST_SHARD = 3;
  private static final int TENSORS_OF_SHARD = 3;
  private static final ThreadLocal<Reduce> OF_WORKER = ThreadLocal.withInitial(Reduce::new);

  private final float[] sum = new float[CHUNK];
  private final float[] operand = new float[CHUNK];

  private Reduce() {}

  static void kernel(KernelContext context) {
    OF_WORKER.get().run(context);
  }

  private void run(KernelContext context) {
    float stepSize = (float) context.scalarDouble(0);
    step(context, 0, stepSize);
    step(context, 1, stepSize);
    context.tensor(2).setFloat(0, sumOfLosses(context) / context.scalarLong(1));
  }

  /// Moves the weights of one layer, chunk by chunk.
  private void step(KernelContext context, int layer, float stepSize) {
    TensorView weights = context.tensor(layer);
    int total = (int) weights.elementCount();
    for (int from = 0; from < total; from += CHUNK) {
      int count = Math.min(CHUNK, total - from);
      addShards(context, layer, from, count);
      weights.copyTo(from, operand, 0, count);
      Perceptron.descend(stepSize, sum, operand, count);
      weights.copyFrom(from, operand, 0, count);
    }
  }

  private void addShards(KernelContext context, int layer, int from, int count) {
    Arrays.fill(sum, 0);
    for (int i = FIRST_SHARD + layer; i < context.tensorCount(); i += TENSORS_OF_SHARD) {
      context.tensor(i).copyTo(from, operand, 0, count);
      Perceptron.add(operand, sum, count);
    }
  }

  private static float sumOfLosses(KernelContext context) {
    float sum = 0;
    for (int i = FIRST_SHARD + 2; i < context.tensorCount(); i += TENSORS_OF_SHARD) {
      sum += context.tensor(i).getFloat(0);
    }
    return sum;
  }
}
