package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// W4: how many tasks a second, where each needs 4 KiB of a heap of 1 MiB?
///
/// A batch is 100,000 scopes of one task, which writes its number to both ends of its slab; the result
/// yields it, and a reader adds what both ends say. More bytes are wanted than there are all the time.
/// The peers allocate arrays of 4 KiB, at most 256 at once.
///
/// `examples/run bench --only W4`
public class SlabTasks extends Workload {
  static final int COUNT = 100_000;
  private static final int SLAB_INTS = 1_024;
  private static final long SUM = (long) COUNT * (COUNT - 1);

  @Param({Peers.SLUICE, Peers.FLAT_MAP, Peers.REACTOR_FJP, Peers.FUTURE_FJP})
  public String contender = Peers.SLUICE;

  private final LongAdder sum = new LongAdder();

  @Override
  String contender() {
    return contender;
  }

  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void tasks() {
    sum.reset();
    batch.run();
    check("the sum of what was read", SUM, sum.sum());
  }

  @Override
  Runnable batchOf(String name) {
    return switch (name) {
      case Peers.SLUICE -> sluiceBatch(sluice(DataSize.mebibytes(1)));
      case Peers.FLAT_MAP, Peers.REACTOR_FJP -> reactorBatch(peers());
      case Peers.FUTURE_FJP -> futureBatch(peers());
      default -> throw new IllegalArgumentException(name);
    };
  }

  private Runnable sluiceBatch(Sluice sluice) {
    return () ->
        Arrivals.awaitAll(
            COUNT,
            sluice.submitScoped(Flux.range(0, COUNT).map(i -> Mono.just(writing(i))), this::read));
  }

  static Task writing(int number) {
    Tensor slab = Tensor.of(DType.INT32, SLAB_INTS);
    return Task.call(
            "write",
            kernel -> {
              int value = (int) kernel.scalarLong(0);
              kernel.tensor(0).setInt(0, value);
              kernel.tensor(0).setInt(SLAB_INTS - 1, value);
            })
        .out(slab)
        .scalar(number)
        .yields(slab);
  }

  private long read(TaskResult result) {
    long both = bothEnds(result);
    sum.add(both);
    return both;
  }

  static long bothEnds(TaskResult result) {
    var view = result.view(result.task().yielded().getFirst());
    return (long) view.getInt(0) + view.getInt(SLAB_INTS - 1);
  }

  private static int[] written(int number) {
    int[] slab = new int[SLAB_INTS];
    slab[0] = number;
    slab[SLAB_INTS - 1] = number;
    return slab;
  }

  private int read(int[] slab) {
    sum.add((long) slab[0] + slab[SLAB_INTS - 1]);
    return slab[0];
  }

  private Runnable reactorBatch(Peers peers) {
    return () ->
        Arrivals.awaitAll(
            COUNT,
            Flux.range(0, COUNT)
                .flatMap(
                    i ->
                        Mono.fromCallable(() -> written(i)).subscribeOn(peers.scheduler(contender)),
                    SLAB_INTS / 4)
                .map(this::read));
  }

  private Runnable futureBatch(Peers peers) {
    return () ->
        Peers.futures(
            COUNT,
            i ->
                CompletableFuture.supplyAsync(() -> written(i), peers.forkJoin)
                    .thenApply(this::read));
  }
}
