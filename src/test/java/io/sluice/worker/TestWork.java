package io.sluice.worker;

import java.util.function.Consumer;

/// An item made of lambdas.
record TestWork(boolean isStealable, Consumer<WorkerIdentity> kernel, Consumer<WorkerIdentity> rest)
    implements Work {

  static TestWork stealable(Runnable kernel) {
    return new TestWork(true, worker -> kernel.run(), worker -> {});
  }

  static TestWork pinned(Runnable kernel) {
    return new TestWork(false, worker -> kernel.run(), worker -> {});
  }

  TestWork then(Runnable rest) {
    return new TestWork(isStealable, kernel, worker -> rest.run());
  }

  @Override
  public void runOn(WorkerIdentity worker) {
    kernel.accept(worker);
  }

  @Override
  public void afterRun(WorkerIdentity worker) {
    rest.accept(worker);
  }
}
