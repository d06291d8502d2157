package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.UserTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    int repetitions = arguments[0].equals("full") ? 40 : 20;
    Samples own = new Samples();
    Samples peer = new Samples();
    try (Sluice sluice =
            Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", SIDE_BY_SIDE).build();
        ForkJoinPool pool = new ForkJoinPool(SIDE_BY_SIDE);
        Arena arena = Arena.ofShared()) {
      UserTensor[] tensors = new UserTensor[2 * SIDE_BY_SIDE];
      MemorySegment[] segments = new MemorySegment[2 * SIDE_BY_SIDE];
      for (int i = 0; i < tensors.length; i++) {
        byte mark = (byte) (i + 1);
        tensors[i] = sluice.tensor(DType.UINT8, BYTES);
        tensors[i].write(view -> view.fillBytes(mark));
        segments[i] = arena.allocate(BYTES, 64).fill(mark);
      }
      for (int i = 0; i < repetitions; i++) {
        own.add(gigabytesPerSecond(() -> byTasks(sluice, tensors)));
        peer.add(gigabytesPerSecond(() -> byThreads(pool, segments)));
      }
      check(tensors, segments);
    }
    Figure figure = Figure.rate("copy", "64 MiB tensors", "GB/s");
    ProcessMeasurement.print(figure, Peers.SLUICE, own.median());
    ProcessMeasurement.print(figure, "MemorySegment.copy", peer.median());
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
          CompletableFuture.runAsync(
              () -> MemorySegment.copy(segments[from], 0, segments[from + 1], 0, BYTES), pool);
    }
    CompletableFuture.allOf(copies).join();
  }

  private static void check(UserTensor[] tensors, MemorySegment[] segments) {
    for (int i = 0; i < tensors.length; i += 2) {
      int expected = i + 1;
      MemorySegment copy = segments[i + 1];
      tensors[i + 1].read(
          view -> {
            for (long at = 0; at < BYTES; at += 4_093) {
              Workload.check("a copied byte", expected, view.getInt(at));
              Workload.check("a byte", expected, copy.get(ValueLayout.JAVA_BYTE, at));
            }
            return expected;
          });
    }
  }
}
