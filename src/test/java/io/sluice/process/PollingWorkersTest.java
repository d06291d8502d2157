package io.sluice.process;

import io.sluice.SluiceBuilder;
import io.sluice.config.WakeUp;

/// The contract in worker processes that nobody wakes.
class PollingWorkersTest extends WorkerContract {
  @Override
  SluiceBuilder withPool(SluiceBuilder builder, String name, int workers) {
    return builder.processes(
        name, workers, TestKernels.class, child -> child.wakeUp(WakeUp.POLL).pipelineDepth(2));
  }
}
