package io.sluice.worker;

/// In the place of an item: the worker only tells who is held up, as it does before each item for which it is
/// away.
enum Telling implements Work {
  INSTANCE;

  @Override
  public boolean isStealable() {
    return false;
  }

  @Override
  public void runOn(WorkerIdentity worker) {
    // It has told already.
  }
}
