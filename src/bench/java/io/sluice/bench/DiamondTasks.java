package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.task.DType;
import io.sluice.task.Kernel;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.UserTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// W3: how many tasks a second in diamonds, one to sixteen to one?
///
/// A batch is 5,000 diamonds, each fed by the one before: a head stirs a number in place, sixteen
/// tasks read it and write an element each of a buffer, the last reads the buffer and sums it into the
/// number. The number in the end is compared with a plain loop's.
///
/// `examples/run bench --only W3`
@OperationsPerInvocation(DiamondTasks.COUNT)
public class DiamondTasks extends Workload {
  private static final int DIAMOND_COUNT = 5_000;
  private static final int WIDTH = 16;
  private static final int TASKS_EACH = WIDTH + 2;
  static final int COUNT = DIAMOND_COUNT * TASKS_EACH;
  private static final int EXPECTED = serially();

  /// The peers' number and buffer.
  private int number;

  private final int[] parts = new int[WIDTH];

  private static int serially() {
    int number = 0;
    for (int d = 0; d < DIAMOND_COUNT; d++) {
      number = mix(number, d);
      int sum = 0;
      for (int i = 0; i < WIDTH; i++) {
        sum += mix(number, i);
      }
      number = sum;
    }
    return number;
  }

  @Override
  Runnable onSluice(Sluice runtime) {
    UserTensor shared = runtime.tensor(DType.INT32, 1);
    UserTensor buffer = runtime.tensor(DType.INT32, WIDTH);
    return () -> {
      shared.write(view -> view.setInt(0, 0));
      Arrivals.awaitAll(
          COUNT,
          submitter(runtime)
              .submit(
                  Flux.range(0, DIAMOND_COUNT).concatMapIterable(d -> diamond(shared, buffer, d))));
      check("the number", EXPECTED, shared.read(view -> view.getInt(0)));
    };
  }

  private static List<Task> diamond(UserTensor shared, UserTensor buffer, int d) {
    Kernel head = k -> k.tensor(0).setInt(0, mix(k.tensor(0).getInt(0), (int) k.scalarLong(0)));
    Kernel middle = k -> k.tensor(1).setInt(0, mix(k.tensor(0).getInt(0), (int) k.scalarLong(0)));
    List<Task> tasks = new ArrayList<>(TASKS_EACH);
    tasks.add(Task.call("head", head).inout(shared).scalar(d));
    for (int i = 0; i < WIDTH; i++) {
      tasks.add(Task.call("middle", middle).in(shared).out(buffer.rows(i, i + 1)).scalar(i));
    }
    tasks.add(Task.call("join", DiamondTasks::join).in(buffer).out(shared));
    return tasks;
  }

  private static void join(KernelContext kernel) {
    int sum = 0;
    for (int i = 0; i < WIDTH; i++) {
      sum += kernel.tensor(0).getInt(i);
    }
    kernel.tensor(1).setInt(0, sum);
  }

  private int head(int d) {
    number = mix(number, d);
    return number;
  }

  private int middle(int i) {
    parts[i] = mix(number, i);
    return i;
  }

  private int join() {
    int sum = 0;
    for (int part : parts) {
      sum += part;
    }
    number = sum;
    return sum;
  }

  private Runnable checked(Runnable diamonds) {
    return () -> {
      number = 0;
      diamonds.run();
      check("the number", EXPECTED, number);
    };
  }

  @Override
  Runnable onReactor(Scheduler scheduler) {
    return checked(
        () ->
            Arrivals.awaitAll(
                COUNT, Flux.range(0, DIAMOND_COUNT).concatMap(d -> reactorDiamond(scheduler, d))));
  }

  /// Waits for all sixteen as `Mono.when` does, and keeps their values, to deliver them.
  private Flux<Integer> reactorDiamond(Scheduler scheduler, int d) {
    List<Mono<Integer>> middles = new ArrayList<>(WIDTH);
    for (int i = 0; i < WIDTH; i++) {
      int index = i;
      middles.add(Peers.call(scheduler, () -> middle(index)));
    }
    return Flux.concat(
        Peers.call(scheduler, () -> head(d)),
        Mono.zip(middles, List::of).flatMapIterable(values -> values).cast(Integer.class),
        Peers.call(scheduler, this::join));
  }

  @Override
  Runnable onFutures(ExecutorService executor) {
    return checked(
        () -> {
          List<CompletableFuture<Integer>> all = new ArrayList<>(COUNT);
          CompletableFuture<?> last = CompletableFuture.completedFuture(0);
          for (int d = 0; d < DIAMOND_COUNT; d++) {
            last = futureDiamond(executor, last, d, all);
          }
          Peers.deliver(all);
        });
  }

  private CompletableFuture<?> futureDiamond(
      ExecutorService executor,
      CompletableFuture<?> last,
      int d,
      List<CompletableFuture<Integer>> all) {
    CompletableFuture<Integer> head = last.thenApplyAsync(ignored -> head(d), executor);
    all.add(head);
    CompletableFuture<?>[] middles = new CompletableFuture<?>[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      int index = i;
      CompletableFuture<Integer> middle = head.thenApplyAsync(ignored -> middle(index), executor);
      middles[i] = middle;
      all.add(middle);
    }
    CompletableFuture<Integer> join =
        CompletableFuture.allOf(middles).thenApplyAsync(ignored -> join(), executor);
    all.add(join);
    return join;
  }
}
