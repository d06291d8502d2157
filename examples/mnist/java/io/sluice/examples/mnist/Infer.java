package io.sluice.examples.mnist;

import static io.sluice.examples.mnist.Perceptron.HIDDEN;
import static io.sluice.examples.mnist.Perceptron.OUTPUT_WEIGHTS;

import io.sluice.examples.mnist.Perceptron.RowSource;
import io.sluice.task.KernelContext;
import io.sluice.task.TensorView;

/// The kernel that says which digits a batch of images shows.
///
/// ```
///   IN  images, hidden weights, output weights
///   OUT predictions
/// ```
final class Infer {
  private static final ThreadLocal<Infer> OF_WORKER = ThreadLocal.withInitial(Infer::new);

  private final Perceptron perceptron = new Perceptron();
  private byte[] images = {};
  private final float[] hiddenRow = new float[HIDDEN];
  private final float[] outputWeights = new float[OUTPUT_WEIGHTS];

  private Infer() {}

  static void kernel(KernelContext context) {
    OF_WORKER.get().run(context);
  }

  private void run(KernelContext context) {
    images = Views.bytes(context.tensor(0), images);
    RowSource hiddenWeights = Views.rows(context.tensor(1), hiddenRow);
    Views.read(context.tensor(2), outputWeights);
    TensorView shown = context.tensor(3);
    byte[] predictions = new byte[(int) shown.elementCount()];
    perceptron.classify(images, hiddenWeights, outputWeights, predictions);
    shown.copyFrom(0, predictions, 0, predictions.length);
  }
}
