package io.sluice.cli;

import io.sluice.task.Kernel;
import io.sluice.task.KernelLibrary;
import java.util.Map;

/// What the doctor has a worker process do.
public final class DoctorKernels implements KernelLibrary {
  static final Kernel COUNT = KernelLibrary.kernel(DoctorKernels.class, "count");

  /// Made by reflection, here and in the worker process.
  public DoctorKernels() {}

  @Override
  public Map<String, Kernel> kernels() {
    return Map.of(
        "count",
        context -> {
          for (int i = 0; i < context.tensor(0).elementCount(); i++) {
            context.tensor(0).setInt(i, i);
          }
        });
  }
}
