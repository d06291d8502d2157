package io.sluice.bench;

import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/// W8: how much of two workers' time goes to kernels of 1, 5 and 50 microseconds?
///
/// A batch is 10,000 independent kernels that watch the clock for so long. The share is kernels a
/// second, times their length, through two.
///
/// `examples/run bench --only W8`
@OperationsPerInvocation(KernelShare.COUNT)
public class KernelShare extends Bodies {
  static final int COUNT = 10_000;

  @Param({"1", "5", "50"})
  public int kernelUs = 1;

  public KernelShare() {
    super(COUNT);
  }

  @Override
  void work(int number) {
    busyFor(kernelUs * 1_000L);
  }

  /// The share of the workers' time, from kernels a second.
  static double share(double kernelsPerSecond, int kernelUs) {
    return kernelsPerSecond * kernelUs / 1e6 / Peers.WORKER_COUNT;
  }

  static void busyFor(long ns) {
    long end = System.nanoTime() + ns;
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }
}
