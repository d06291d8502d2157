package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import reactor.core.publisher.Flux;

/// W9: what do a few long kernels do to the many short ones beside them?
///
/// A batch is 50,000 independent kernels; one in a thousand takes 2 ms, the others nothing. Two workers
/// need 50 ms for the long ones: a million tasks a second is all that there can be.
///
/// `examples/run bench --only W9`
public class RareLongKernels extends Workload {
  static final int COUNT = 50_000;
  private static final int LONG_ONE_IN = 1_000;
  private static final long LONG_NS = 2_000_000;

  @Param({Peers.SLUICE, Peers.FLAT_MAP, Peers.REACTOR_FJP, Peers.FUTURE_FJP})
  public String contender = Peers.SLUICE;

  @Override
  String contender() {
    return contender;
  }

  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void tasks() {
    batch.run();
  }

  private int body(int number) {
    if (number % LONG_ONE_IN == 0) {
      KernelShare.busyFor(LONG_NS);
    }
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
            sluice.submit(
                Flux.range(0, COUNT).map(i -> Task.call("rarely long", kernel -> body(i)))));
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
