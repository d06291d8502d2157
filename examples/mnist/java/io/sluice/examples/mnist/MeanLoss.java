package io.sluice.examples.mnist;

import io.sluice.task.KernelContext;

/// The kernel that turns the shards' losses into the mean of the batch.
///
/// ```
///   OUT    loss
///   IN     sum of losses, of each shard
///   scalar digits in the batch
/// ```
final class MeanLoss {
  private MeanLoss() {}

  static void kernel(KernelContext context) {
    float sum = 0;
    for (int shard = 1; shard < context.tensorCount(); shard++) {
      sum += context.tensor(shard).getFloat(0);
    }
    context.tensor(0).setFloat(0, sum / context.scalarLong(0));
  }
}
