package io.sluice.examples.mnist;

import static io.sluice.examples.mnist.Perceptron.HIDDEN_WEIGHTS;
import static io.sluice.examples.mnist.Perceptron.OUTPUT_WEIGHTS;

import io.sluice.task.KernelContext;
import java.util.Arrays;

/// The kernel that computes the gradients and the loss of one shard of a batch.
///
/// ```
///   IN  images, labels, hidden weights, output weights
///   OUT hidden gradient, output gradient, loss
/// ```
///
/// The arithmetic runs over arrays of the worker, which the compiler vectorises; views are copied
/// in and out in bulk.
final class ForwardBackward {
  private static final ThreadLocal<ForwardBackward> OF_WORKER =
      ThreadLocal.withInitial(ForwardBackward::new);

  private final Perceptron perceptron = new Perceptron();
  private final float[] hiddenWeights = new float[HIDDEN_WEIGHTS];
  private final float[] outputWeights = new float[OUTPUT_WEIGHTS];
  private final float[] hiddenSum = new float[HIDDEN_WEIGHTS];
  private final float[] outputSum = new float[OUTPUT_WEIGHTS];

  private ForwardBackward() {}

  static void kernel(KernelContext context) {
    OF_WORKER.get().run(context);
  }

  private void run(KernelContext context) {
    byte[] images = Views.bytes(context.tensor(0));
    byte[] labels = Views.bytes(context.tensor(1));
    Views.read(context.tensor(2), hiddenWeights);
    Views.read(context.tensor(3), outputWeights);

    Arrays.fill(hiddenSum, 0);
    Arrays.fill(outputSum, 0);
    float loss =
        perceptron.addGradients(images, labels, hiddenWeights, outputWeights, hiddenSum, outputSum);

    Views.write(hiddenSum, context.tensor(4));
    Views.write(outputSum, context.tensor(5));
    context.tensor(6).setFloat(0, loss);
  }
}
