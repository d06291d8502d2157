package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.UserTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import reactor.core.publisher.Flux;

/// What is left of the memory's speed when a kernel copies tensors of 64 MiB?
///
/// Two tasks side by side copy a user-owned tensor each, against `MemorySegment.copy` on two threads.
final class CopyKernel {
  private static final long BYTES = 64L << 20;
  private static final int SIDE_BY_SIDE = 2;

  private CopyKernel() {}

  public static void main(String[] arguments) {
    int repetitions = arguments.length > 0 && arguments[0].equals("full") ? 40 : 15;
    Figure figure = new Figure("copy", "64 MiB tensors", "GB/s", true);
    double[] best = new double[2];
    try (Sluice sluice =
            Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", SIDE_BY_SIDE).build();
        ForkJoinPool pool = new ForkJoinPool(SIDE_BY_SIDE);
        Arena arena = Arena.ofShared()) {
      UserTensor[] tensors = new UserTensor[2 * SIDE_BY_SIDE];
      MemorySegment[] segments = new MemorySegment[2 * SIDE_BY_SIDE];
      for (int i = 0; i < tensors.length; i++) {
        tensors[i] = sluice.tensor(DType.UINT8, BYTES);
        segments[i] = arena.allocate(BYTES, 64);
      }
      for (int i = 0; i < repetitions; i++) {
        best[0] = Math.max(best[0], gigabytesPerSecond(() -> byTasks(sluice, tensors)));
        best[1] = Math.max(best[1], gigabytesPerSecond(() -> byThreads(pool, segments)));
      }
    }
    ProcessMeasurement.print(figure, Peers.SLUICE, best[0]);
    ProcessMeasurement.print(figure, "MemorySegment.copy", best[1]);
  }

  private static double gigabytesPerSecond(Runnable copies) {
    long start = System.nanoTime();
    copies.run();
    return (double) SIDE_BY_SIDE * BYTES / (System.nanoTime() - start);
  }

  private static void byTasks(Sluice sluice, UserTensor[] tensors) {
    Arrivals.awaitAll(
        SIDE_BY_SIDE,
        sluice.submit(
            Flux.range(0, SIDE_BY_SIDE)
                .map(
                    i ->
                        Task.call("copy", kernel -> kernel.tensor(1).copyFrom(kernel.tensor(0)))
                            .in(tensors[2 * i])
                            .out(tensors[2 * i + 1]))));
  }

  private static void byThreads(ForkJoinPool pool, MemorySegment[] segments) {
    CompletableFuture<?>[] copies = new CompletableFuture<?>[SIDE_BY_SIDE];
    for (int i = 0; i < SIDE_BY_SIDE; i++) {
      int from = 2 * i;
      copies[i] =
          CompletableFuture.runAsync(() -> segments[from + 1].copyFrom(segments[from]), pool);
    }
    CompletableFuture.allOf(copies).join();
  }
}
