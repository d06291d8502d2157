package io.sluice.process;

import io.sluice.SluiceBuilder;

/// The contract on virtual threads.
class VirtualWorkersTest extends WorkerContract {
  @Override
  SluiceBuilder withPool(SluiceBuilder builder, String name, int workers) {
    return builder.virtualThreads(name, workers);
  }
}
