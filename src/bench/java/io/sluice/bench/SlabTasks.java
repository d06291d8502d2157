package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// W4: how many tasks a second, where each needs 4 KiB of a heap of 1 MiB?
///
/// A batch is 100,000 scopes of one task, which writes its number to both ends of its slab; the result
/// yields it, and a reader adds what both ends say. More bytes are wanted than there are all the time.
/// The peers allocate arrays of 4 KiB; Reactor at most 256 at once, futures as many as there are.
///
/// `examples/run bench --only W4`
@OperationsPerInvocation(SlabTasks.COUNT)
public class SlabTasks extends Workload {
  static final int COUNT = 100_000;
  private static final int SLAB_INTS = 1_024;
  private static final int SLABS_AT_ONCE = 256;
  private static final long SUM = (long) COUNT * (COUNT - 1);

  private final LongAdder sum = new LongAdder();

  private Runnable checked(Runnable batch) {
    return () -> {
      sum.reset();
      batch.run();
      check("the sum of what was read", SUM, sum.sum());
    };
  }

  @Override
  Runnable onSluice(Sluice runtime) {
    return checked(
        () ->
            Arrivals.awaitAll(
                COUNT,
                runtime.submitScoped(
                    Flux.range(0, COUNT).map(i -> Mono.just(writing(i))), this::read)));
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
    int first = view.getInt(0);
    check("the last number of a slab", first, view.getInt(SLAB_INTS - 1));
    return 2L * first;
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

  @Override
  Runnable onReactor(Scheduler scheduler) {
    return checked(
        () ->
            Arrivals.awaitAll(
                COUNT,
                Flux.range(0, COUNT)
                    .flatMap(
                        i -> Mono.fromSupplier(() -> written(i)).subscribeOn(scheduler),
                        SLABS_AT_ONCE)
                    .map(this::read)));
  }

  @Override
  Runnable onFutures(ExecutorService executor) {
    return checked(
        () ->
            Peers.futures(
                COUNT,
                i ->
                    CompletableFuture.supplyAsync(() -> written(i), executor)
                        .thenApply(this::read)));
  }
}
