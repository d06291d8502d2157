package io.sluice.examples.mnist;

import static io.sluice.examples.mnist.Perceptron.HIDDEN;
import static io.sluice.examples.mnist.Perceptron.OUTPUT_WEIGHTS;

import io.sluice.examples.mnist.Perceptron.RowSource;
import io.sluice.examples.mnist.Perceptron.RowTarget;
import io.sluice.task.KernelContext;
import java.util.Arrays;

/// The kernel that computes the gradients and the loss of one shard of a batch.
///
/// ```
///   IN  images, labels, hidden weights, output weights
///   OUT hidden gradient, output gradient, loss
/// ```
///
/// The two large matrices stay where they are: the arithmetic takes and gives one row at a time, which is
/// copied to and from an array in the fastest cache, where the compiler makes vector code of it.
final class ForwardBackward {
  private static final ThreadLocal<ForwardBackward> OF_WORKER =
      ThreadLocal.withInitial(ForwardBackward::new);

  private final Perceptron perceptron = new Perceptron();
  private byte[] images = {};
  private byte[] labels = {};
  private final float[] hiddenRow = new float[HIDDEN];
  private final float[] outputWeights = new float[OUTPUT_WEIGHTS];
  private final float[] outputSum = new float[OUTPUT_WEIGHTS];

  private ForwardBackward() {}

  static void kernel(KernelContext context) {
    OF_WORKER.get().run(context);
  }

  private void run(KernelContext context) {
    images = Views.bytes(context.tensor(0), images);
    labels = Views.bytes(context.tensor(1), labels);
    RowSource hiddenWeights = Views.rows(context.tensor(2), hiddenRow);
    Views.read(context.tensor(3), outputWeights);
    RowTarget hiddenGradient = Views.rowsOf(context.tensor(4));

    Arrays.fill(outputSum, 0);
    float loss =
        perceptron.gradients(
            images, labels, hiddenWeights, outputWeights, hiddenGradient, outputSum);

    Views.write(outputSum, context.tensor(5));
    context.tensor(6).setFloat(0, loss);
  }
}
