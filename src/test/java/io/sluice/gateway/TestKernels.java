package io.sluice.gateway;

import io.sluice.task.Kernel;
import io.sluice.task.KernelContext;
import io.sluice.task.KernelLibrary;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What the clients of the tests may run.
public final class TestKernels implements KernelLibrary {
  private static volatile CountDownLatch gate = new CountDownLatch(1);

  /// Kernels named `wait` wait from here on.
  static void shut() {
    gate = new CountDownLatch(1);
  }

  /// They go on.
  static void open() {
    gate.countDown();
  }

  @Override
  public Map<String, Kernel> kernels() {
    return Map.of(
        "double", TestKernels::twice,
        "look", context -> {},
        "wait", TestKernels::await,
        "fail", TestKernels::fail);
  }

  private static void twice(KernelContext context) {
    for (long i = 0; i < context.tensor(0).elementCount(); i++) {
      context.tensor(1).setLong(i, 2 * context.tensor(0).getLong(i));
    }
  }

  private static void await(KernelContext context) throws InterruptedException {
    if (!gate.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("nobody opened the gate");
    }
  }

  private static void fail(KernelContext context) {
    throw new IllegalStateException("no luck");
  }
}
