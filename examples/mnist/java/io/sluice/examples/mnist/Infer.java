package io.sluice.examples.mnist;

import static io.sluice.examples.mnist.Perceptron.HIDDEN_WEIGHTS;
import static io.sluice.examples.mnist.Perceptron.OUTPUT_WEIGHTS;
import static io.sluice.examples.mnist.Perceptron.PIXELS;

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
  private final float[] hiddenWeights = new float[HIDDEN_WEIGHTS];
  private final float[] outputWeights = new float[OUTPUT_WEIGHTS];

  private Infer() {}

  static void kernel(KernelContext context) {
    OF_WORKER.get().run(context);
  }

  private void run(KernelContext context) {
    byte[] images = Views.bytes(context.tensor(0));
    Views.read(context.tensor(1), hiddenWeights);
    Views.read(context.tensor(2), outputWeights);
    TensorView predictions = context.tensor(3);
    for (int i = 0; i < predictions.elementCount(); i++) {
      predictions.setInt(i, perceptron.classify(images, i * PIXELS, hiddenWeights, outputWeights));
    }
  }
}
