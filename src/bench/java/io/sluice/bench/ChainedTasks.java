package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.UserTensor;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import reactor.core.publisher.Flux;

/// W2: how many tasks a second, where each has to wait for the one before?
///
/// A batch is a chain of 100,000 tasks that stir one number in place (`INOUT`); what it is in the end
/// is compared with a plain loop's.
///
/// `examples/run bench --only W2`
public class ChainedTasks extends Workload {
  static final int COUNT = 100_000;
  private static final int EXPECTED = serially();

  @Param({Peers.SLUICE, Peers.FLAT_MAP, Peers.REACTOR_FJP, Peers.FUTURE_FJP})
  public String contender = Peers.SLUICE;

  /// The peers' number; each step happens before the next.
  private int value;

  private static int serially() {
    int value = 0;
    for (int i = 0; i < COUNT; i++) {
      value = mix(value, i);
    }
    return value;
  }

  @Override
  String contender() {
    return contender;
  }

  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void tasks() {
    batch.run();
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
    UserTensor number = sluice.tensor(DType.INT32, 1);
    return () -> {
      number.write(view -> view.setInt(0, 0));
      Arrivals.awaitAll(COUNT, sluice.submit(Flux.range(0, COUNT).map(i -> link(number, i))));
      check("the number", EXPECTED, number.read(view -> view.getInt(0)));
    };
  }

  private static Task link(UserTensor number, int i) {
    return Task.call(
            "mix",
            kernel ->
                kernel
                    .tensor(0)
                    .setInt(0, mix(kernel.tensor(0).getInt(0), (int) kernel.scalarLong(0))))
        .inout(number)
        .scalar(i);
  }

  private Runnable reactorBatch(Peers peers) {
    return () -> {
      value = 0;
      Arrivals.awaitAll(COUNT, Peers.concatMapped(COUNT, peers.scheduler(contender), this::step));
      check("the number", EXPECTED, value);
    };
  }

  private int step(int i) {
    value = mix(value, i);
    return value;
  }

  private Runnable futureBatch(Peers peers) {
    return () -> {
      CompletableFuture<?>[] last = {CompletableFuture.completedFuture(0)};
      value = 0;
      Peers.futures(
          COUNT,
          i -> {
            CompletableFuture<Integer> next =
                last[0].thenApplyAsync(ignored -> step(i), peers.forkJoin);
            last[0] = next;
            return next;
          });
      check("the number", EXPECTED, value);
    };
  }
}
