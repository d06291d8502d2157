package io.sluice.examples.mnist;

import io.sluice.task.KernelContext;
import io.sluice.task.TensorView;
import java.util.Arrays;

/// The kernel that adds the shards' gradients, in the order of the shards, and takes a step.
///
/// ```
///   INOUT  weights, or some of their rows
///   IN     their gradient, of each shard
///   scalar the step's size
/// ```
final class Reduce {
  /// Numbers at a time: few enough that both arrays stay in the fastest cache.
  private static final int CHUNK = 2_048;

  private static final ThreadLocal<Reduce> OF_WORKER = ThreadLocal.withInitial(Reduce::new);

  private final float[] sum = new float[CHUNK];
  private final float[] operand = new float[CHUNK];

  private Reduce() {}

  static void kernel(KernelContext context) {
    OF_WORKER.get().run(context);
  }

  private void run(KernelContext context) {
    TensorView weights = context.tensor(0);
    float stepSize = (float) context.scalarDouble(0);
    int total = (int) weights.elementCount();
    for (int from = 0; from < total; from += CHUNK) {
      int count = Math.min(CHUNK, total - from);
      addShards(context, from, count);
      weights.copyTo(from, operand, 0, count);
      Perceptron.descend(stepSize, sum, operand, count);
      weights.copyFrom(from, operand, 0, count);
    }
  }

  private void addShards(KernelContext context, int from, int count) {
    Arrays.fill(sum, 0);
    for (int shard = 1; shard < context.tensorCount(); shard++) {
      context.tensor(shard).copyTo(from, operand, 0, count);
      Perceptron.add(operand, sum, count);
    }
  }
}
