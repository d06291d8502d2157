package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.task.Task;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/// Kernels that have nothing to do with one another. Each adds a number that follows from its own to a
/// sum, which is checked.
public abstract class Bodies extends Workload {
  private final int count;
  private final long expectedSum;
  private final LongAdder sum = new LongAdder();

  Bodies(int count) {
    this.count = count;
    long expected = 0;
    for (int i = 0; i < count; i++) {
      expected += mix(i, count);
    }
    expectedSum = expected;
  }

  /// What a kernel does besides.
  abstract void work(int number);

  private int body(int number) {
    work(number);
    sum.add(mix(number, count));
    return number;
  }

  private Runnable checked(Runnable batch) {
    return () -> {
      sum.reset();
      batch.run();
      check("the sum", expectedSum, sum.sum());
    };
  }

  @Override
  Runnable onSluice(Sluice runtime) {
    return checked(() -> Arrivals.awaitAll(count, submitter(runtime).submit(tasks(count))));
  }

  private Flux<Task> tasks(int taskCount) {
    return Flux.range(0, taskCount)
        .map(i -> Task.call("body", kernel -> body((int) kernel.scalarLong(0))).scalar(i));
  }

  @Override
  Runnable onReactor(Scheduler scheduler) {
    return checked(() -> Arrivals.awaitAll(count, Peers.flatMapped(count, scheduler, this::body)));
  }

  @Override
  Runnable onFutures(ExecutorService executor) {
    return checked(
        () -> Peers.futures(count, i -> CompletableFuture.supplyAsync(() -> body(i), executor)));
  }
}
