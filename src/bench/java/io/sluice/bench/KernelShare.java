package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import reactor.core.publisher.Flux;

/// W8: how much of two workers' time goes to kernels of 1, 5 and 50 microseconds?
///
/// A batch is 10,000 independent kernels that watch the clock for so long. The share is kernels a
/// second, times their length, through two.
///
/// `examples/run bench --only W8`
public class KernelShare extends Workload {
  static final int COUNT = 10_000;

  @Param({Peers.SLUICE, Peers.FLAT_MAP, Peers.REACTOR_FJP, Peers.FUTURE_FJP})
  public String contender = Peers.SLUICE;

  @Param({"1", "5", "50"})
  public int kernelUs = 1;

  @Override
  String contender() {
    return contender;
  }

  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void tasks() {
    batch.run();
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

  private int body(int number) {
    busyFor(kernelUs * 1_000L);
    return number;
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
            sluice.submit(Flux.range(0, COUNT).map(i -> Task.call("busy", kernel -> body(i)))));
  }

  private Runnable reactorBatch(Peers peers) {
    return () ->
        Arrivals.awaitAll(COUNT, Peers.flatMapped(COUNT, peers.scheduler(contender), this::body));
  }

  private Runnable futureBatch(Peers peers) {
    return () ->
        Peers.futures(COUNT, i -> CompletableFuture.supplyAsync(() -> body(i), peers.forkJoin));
  }
}
