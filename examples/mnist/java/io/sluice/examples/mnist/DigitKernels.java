package io.sluice.examples.mnist;

import io.sluice.task.Kernel;
import io.sluice.task.KernelLibrary;
import io.sluice.task.LibraryKernel;
import java.util.Map;

/// The kernels by name, so that worker processes find them; threads call them as they are.
public final class DigitKernels implements KernelLibrary {
  static final LibraryKernel FORWARD_BACKWARD = kernel("forward-backward");
  static final LibraryKernel REDUCE = kernel("reduce");
  static final LibraryKernel MEAN_LOSS = kernel("mean-loss");
  static final LibraryKernel INFER = kernel("infer");

  private static LibraryKernel kernel(String name) {
    return KernelLibrary.kernel(DigitKernels.class, name);
  }

  @Override
  public Map<String, Kernel> kernels() {
    return Map.of(
        "forward-backward", ForwardBackward::kernel,
        "reduce", Reduce::kernel,
        "mean-loss", MeanLoss::kernel,
        "infer", Infer::kernel);
  }
}
