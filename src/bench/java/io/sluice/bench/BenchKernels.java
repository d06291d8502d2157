package io.sluice.bench;

import io.sluice.task.Kernel;
import io.sluice.task.KernelLibrary;
import java.util.Map;

/// Kernels that threads and processes both can run.
final class BenchKernels implements KernelLibrary {
  static final Kernel NOTHING = KernelLibrary.kernel(BenchKernels.class, "nothing");
  static final Kernel COPY = KernelLibrary.kernel(BenchKernels.class, "copy");

  @Override
  public Map<String, Kernel> kernels() {
    return Map.of(
        "nothing", context -> {},
        "copy", context -> context.tensor(1).copyFrom(context.tensor(0)));
  }
}
