package io.sluice.process;

import io.sluice.SluiceBuilder;

/// The contract on platform threads.
class ThreadWorkersTest extends WorkerContract {
  @Override
  SluiceBuilder withPool(SluiceBuilder builder, String name, int workers) {
    return builder.threads(name, workers);
  }
}
