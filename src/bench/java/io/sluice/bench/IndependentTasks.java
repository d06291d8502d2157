package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import reactor.core.publisher.Flux;

/// W1: how many tasks a second that have nothing to do with one another, and next to nothing to do?
///
/// A batch is 100,000 tasks without data; each adds its number to a sum, which is checked.
///
/// `examples/run bench --only W1`
public class IndependentTasks extends Workload {
  static final int COUNT = 100_000;
  private static final long SUM = (long) COUNT * (COUNT - 1) / 2;

  @Param({
    Peers.SLUICE,
    Peers.FLAT_MAP,
    Peers.REACTOR_FJP,
    Peers.FUTURE_FJP,
    Peers.THREAD_POOL,
    Peers.VIRTUAL
  })
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
    check("the sum of the tasks' numbers", SUM, sum.sum());
  }

  private int body(int number) {
    sum.add(number);
    return number;
  }

  @Override
  Runnable batchOf(String name) {
    return switch (name) {
      case Peers.SLUICE -> sluiceBatch(sluice(DataSize.mebibytes(1)));
      case Peers.FLAT_MAP, Peers.REACTOR_FJP -> reactorBatch(peers());
      case Peers.FUTURE_FJP -> executorBatch(peers().forkJoin);
      case Peers.THREAD_POOL -> executorBatch(closing(Peers.threadPool()));
      case Peers.VIRTUAL -> executorBatch(closing(Executors.newVirtualThreadPerTaskExecutor()));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private Runnable sluiceBatch(Sluice sluice) {
    return () ->
        Arrivals.awaitAll(
            COUNT,
            sluice.submit(
                Flux.range(0, COUNT)
                    .map(
                        i ->
                            Task.call("add", kernel -> body((int) kernel.scalarLong(0)))
                                .scalar(i))));
  }

  private Runnable reactorBatch(Peers peers) {
    return () ->
        Arrivals.awaitAll(COUNT, Peers.flatMapped(COUNT, peers.scheduler(contender), this::body));
  }

  private Runnable executorBatch(ExecutorService executor) {
    return () -> Peers.futures(COUNT, i -> CompletableFuture.supplyAsync(() -> body(i), executor));
  }
}
