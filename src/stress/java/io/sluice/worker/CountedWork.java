package io.sluice.worker;

import java.util.concurrent.atomic.AtomicInteger;

/// An item that counts how often it was run.
final class CountedWork implements Work {
  final AtomicInteger runCount = new AtomicInteger();
  final AtomicInteger endCount = new AtomicInteger();
  private final Runnable inside;

  CountedWork(Runnable inside) {
    this.inside = inside;
  }

  @Override
  public boolean isStealable() {
    return false;
  }

  @Override
  public void runOn(WorkerIdentity worker) {
    runCount.incrementAndGet();
    inside.run();
  }

  @Override
  public void afterRun(WorkerIdentity worker) {
    endCount.incrementAndGet();
  }
}
