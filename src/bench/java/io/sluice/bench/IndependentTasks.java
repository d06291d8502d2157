package io.sluice.bench;

import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// W1: how many tasks a second that have nothing to do with one another, and next to nothing to do?
///
/// A batch is 100,000 tasks without data.
///
/// `examples/run bench --only W1`
@OperationsPerInvocation(IndependentTasks.COUNT)
public class IndependentTasks extends Bodies {
  static final int COUNT = 100_000;

  public IndependentTasks() {
    super(COUNT);
  }

  @Override
  void work(int number) {}
}
