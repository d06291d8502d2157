package io.sluice.bench;

import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// W9: what do a few long kernels do to the many short ones beside them?
///
/// A batch is 50,000 independent kernels; one in a thousand takes 2 ms, the others nothing. Two workers
/// need 50 ms for the long ones: a million tasks a second is all that there can be.
///
/// `examples/run bench --only W9`
@OperationsPerInvocation(RareLongKernels.COUNT)
public class RareLongKernels extends Bodies {
  static final int COUNT = 50_000;
  private static final int LONG_ONE_IN = 1_000;
  private static final long LONG_NS = 2_000_000;

  public RareLongKernels() {
    super(COUNT);
  }

  @Override
  void work(int number) {
    if (number % LONG_ONE_IN == 0) {
      KernelShare.busyFor(LONG_NS);
    }
  }
}
