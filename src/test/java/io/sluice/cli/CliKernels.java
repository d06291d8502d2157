package io.sluice.cli;

import io.sluice.task.Kernel;
import io.sluice.task.KernelLibrary;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import reactor.core.scheduler.Schedulers;

/// What the tests of the command line run.
public final class CliKernels implements KernelLibrary {
  @Override
  public Map<String, Kernel> kernels() {
    return Map.of(
        "nothing",
        context -> {},
        "copy",
        context -> {
          for (int i = 0; i < context.tensor(1).elementCount(); i++) {
            context.tensor(1).setInt(i, context.tensor(0).getInt(i) + 1);
          }
        },
        "fail",
        context -> {
          throw new IllegalStateException("it was told to fail");
        },
        "print",
        context -> System.out.println("printed by a kernel"),
        "exhaust",
        context -> {
          var _ = Schedulers.parallel().schedule(CliKernels::noMemory);
          new CountDownLatch(1).await();
        },
        "wait",
        context -> new CountDownLatch(1).await(),
        "stay",
        context -> new Semaphore(0).acquireUninterruptibly(),
        "exit",
        context -> Runtime.getRuntime().halt(3));
  }

  private static void noMemory() {
    throw new OutOfMemoryError("of a test");
  }
}
