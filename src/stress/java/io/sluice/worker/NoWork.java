package io.sluice.worker;

/// An item that does nothing.
enum NoWork implements Work {
  INSTANCE;

  @Override
  public boolean isStealable() {
    return true;
  }

  @Override
  public void runOn(WorkerIdentity worker) {}
}
