package io.sluice.process;

import io.sluice.SluiceBuilder;

/// The contract in worker processes.
class ProcessWorkersTest extends WorkerContract {
  @Override
  SluiceBuilder withPool(SluiceBuilder builder, String name, int workers) {
    return builder.processes(name, workers, TestKernels.class);
  }
}
