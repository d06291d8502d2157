package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.UserTensor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/// W2: how many tasks a second, where each has to wait for the one before?
///
/// A batch is a chain of 100,000 tasks that stir one number in place (`INOUT`); what it is in the end
/// is compared with a plain loop's.
///
/// `examples/run bench --only W2`
@OperationsPerInvocation(ChainedTasks.COUNT)
public class ChainedTasks extends Workload {
  static final int COUNT = 100_000;
  private static final int EXPECTED = serially();

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
  Runnable onSluice(Sluice runtime) {
    UserTensor number = runtime.tensor(DType.INT32, 1);
    return () -> {
      number.write(view -> view.setInt(0, 0));
      Arrivals.awaitAll(
          COUNT, submitter(runtime).submit(Flux.range(0, COUNT).map(i -> link(number, i))));
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

  private int step(int i) {
    value = mix(value, i);
    return value;
  }

  private Runnable checked(Runnable chain) {
    return () -> {
      value = 0;
      chain.run();
      check("the number", EXPECTED, value);
    };
  }

  @Override
  Runnable onReactor(Scheduler scheduler) {
    return checked(
        () -> Arrivals.awaitAll(COUNT, Peers.concatMapped(COUNT, scheduler, this::step)));
  }

  @Override
  Runnable onFutures(ExecutorService executor) {
    return checked(
        () -> {
          CompletableFuture<?>[] last = {CompletableFuture.completedFuture(0)};
          Peers.futures(
              COUNT,
              i -> {
                CompletableFuture<Integer> next =
                    last[0].thenApplyAsync(ignored -> step(i), executor);
                last[0] = next;
                return next;
              });
        });
  }
}
