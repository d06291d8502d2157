package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.memory.SharedRegion;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.UserTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/// What is left of the memory's speed when a kernel copies tensors of 64 MiB?
///
/// Two tasks side by side copy a user-owned tensor each, against `MemorySegment.copy` on two threads: between
/// segments that the process has for itself, and between such as tensors have, in shared memory.
///
/// `examples/run bench --only copy`
final class CopyKernel implements AutoCloseable {
  private static final long LARGE = 64L << 20;
  private static final long SMALL = 1 << 10;
  private static final int WARM_UP = 5_000;
  private static final int SIDE_BY_SIDE = 2;
  private static final int COPIES = 2 * SIDE_BY_SIDE;

  private final Sluice sluice =
      Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", SIDE_BY_SIDE).build();
  private final ForkJoinPool pool = new ForkJoinPool(SIDE_BY_SIDE);
  private final Arena arena = Arena.ofShared();
  private final long bytes;
  private final UserTensor[] tensors = new UserTensor[COPIES];
  private final MemorySegment[] own = new MemorySegment[COPIES];
  private final SharedRegion[] shared = new SharedRegion[COPIES];

  private CopyKernel(long bytes) {
    this.bytes = bytes;
    for (int i = 0; i < COPIES; i++) {
      byte mark = (byte) (i + 1);
      tensors[i] = sluice.tensor(DType.UINT8, bytes);
      tensors[i].write(view -> view.fillBytes(mark));
      own[i] = arena.allocate(bytes, 64).fill(mark);
      shared[i] = SharedRegion.create(bytes, SharedRegion.Purpose.TENSOR);
      shared[i].segment().fill(mark);
    }
  }

  public static void main(String[] arguments) {
    try (CopyKernel small = new CopyKernel(SMALL)) {
      for (int i = 0; i < WARM_UP; i++) {
        small.byTasks();
        small.byThreads(small.own);
      }
    }
    try (CopyKernel large = new CopyKernel(LARGE)) {
      large.measure(arguments[0].equals("full") ? 40 : 20);
    }
  }

  private void measure(int repetitions) {
    MemorySegment[] mapped =
        Stream.of(shared).map(SharedRegion::segment).toArray(MemorySegment[]::new);
    Samples byTasks = new Samples();
    Samples byThreads = new Samples();
    Samples mappedByThreads = new Samples();
    for (int i = 0; i < repetitions; i++) {
      byTasks.add(gigabytesPerSecond(this::byTasks));
      byThreads.add(gigabytesPerSecond(() -> byThreads(own)));
      mappedByThreads.add(gigabytesPerSecond(() -> byThreads(mapped)));
    }
    check(mapped);
    Figure figure = Figure.rate("copy", "64 MiB tensors", "GB/s");
    ProcessMeasurement.print(figure, Peers.SLUICE, byTasks.median());
    ProcessMeasurement.print(figure, "MemorySegment.copy", byThreads.median());
    ProcessMeasurement.print(figure, "the same in shared memory", mappedByThreads.median());
  }

  private double gigabytesPerSecond(Runnable copies) {
    long start = System.nanoTime();
    copies.run();
    return (double) SIDE_BY_SIDE * bytes / (System.nanoTime() - start);
  }

  private void byTasks() {
    Arrivals.awaitAll(SIDE_BY_SIDE, sluice.submit(Flux.range(0, SIDE_BY_SIDE).map(this::copy)));
  }

  private Task copy(int i) {
    return Task.call("copy", kernel -> kernel.tensor(1).copyFrom(kernel.tensor(0)))
        .in(tensors[2 * i])
        .out(tensors[2 * i + 1]);
  }

  private void byThreads(MemorySegment[] segments) {
    CompletableFuture<?>[] copies = new CompletableFuture<?>[SIDE_BY_SIDE];
    for (int i = 0; i < SIDE_BY_SIDE; i++) {
      int from = 2 * i;
      copies[i] =
          CompletableFuture.runAsync(
              () -> MemorySegment.copy(segments[from], 0, segments[from + 1], 0, bytes), pool);
    }
    CompletableFuture.allOf(copies).join();
  }

  private void check(MemorySegment[] mapped) {
    for (int copy = 1; copy < COPIES; copy += 2) {
      for (long at = 0; at < bytes; at += 4_093) {
        long place = at;
        Workload.check("a byte", copy, tensors[copy].read(view -> view.getInt(place)));
        Workload.check("a byte", copy, own[copy].get(ValueLayout.JAVA_BYTE, at));
        Workload.check("a byte", copy, mapped[copy].get(ValueLayout.JAVA_BYTE, at));
      }
    }
  }

  @Override
  public void close() {
    sluice.close();
    pool.close();
    arena.close();
    for (SharedRegion region : shared) {
      region.close();
    }
  }
}
