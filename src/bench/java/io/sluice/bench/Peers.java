package io.sluice.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// The threads of the contenders that Sluice is held against: two, as it has two workers.
final class Peers implements AutoCloseable {
  static final int WORKER_COUNT = 2;

  static final String SLUICE = "sluice";
  static final String FLAT_MAP = "flatMap-parallel";
  static final String REACTOR_FJP = "reactor-fjp";
  static final String FUTURE_FJP = "completablefuture-fjp";
  static final String THREAD_POOL = "thread-pool";
  static final String VIRTUAL = "virtual-threads";

  final ForkJoinPool forkJoin = new ForkJoinPool(WORKER_COUNT);
  final Scheduler parallel = Schedulers.newParallel("peer", WORKER_COUNT);
  final Scheduler onForkJoin = Schedulers.fromExecutorService(forkJoin);

  /// The Reactor scheduler of a contender.
  Scheduler scheduler(String contender) {
    return switch (contender) {
      case FLAT_MAP -> parallel;
      case REACTOR_FJP -> onForkJoin;
      default -> throw new IllegalArgumentException(contender + " has no scheduler");
    };
  }

  /// Runs `body` once for each index, side by side, and delivers each value.
  static Flux<Integer> flatMapped(int count, Scheduler scheduler, IntUnaryOperator body) {
    return Flux.range(0, count)
        .flatMap(
            i -> Mono.fromCallable(() -> body.applyAsInt(i)).subscribeOn(scheduler),
            reactor.util.concurrent.Queues.SMALL_BUFFER_SIZE);
  }

  /// Runs `body` once for each index, one after the other.
  static Flux<Integer> concatMapped(int count, Scheduler scheduler, IntUnaryOperator body) {
    return Flux.range(0, count)
        .concatMap(i -> Mono.fromCallable(() -> body.applyAsInt(i)).subscribeOn(scheduler));
  }

  /// Starts a future for each index, then delivers their values.
  static void futures(int count, IntFunction<CompletableFuture<Integer>> start) {
    Arrivals arrivals = new Arrivals();
    @SuppressWarnings({"unchecked", "rawtypes"})
    CompletableFuture<Integer>[] futures = new CompletableFuture[count];
    for (int i = 0; i < count; i++) {
      futures[i] = start.apply(i);
    }
    for (CompletableFuture<Integer> future : futures) {
      arrivals.onNext(future.join());
    }
    arrivals.onComplete();
    arrivals.await(count);
  }

  /// The same through an executor's plain futures.
  static void submitted(int count, ExecutorService executor, IntFunction<Callable<Integer>> call) {
    futures(count, i -> CompletableFuture.supplyAsync(() -> called(call.apply(i)), executor));
  }

  private static int called(Callable<Integer> call) {
    try {
      return call.call();
    } catch (Exception thrown) {
      throw new IllegalStateException(thrown);
    }
  }

  static ExecutorService threadPool() {
    return Executors.newFixedThreadPool(WORKER_COUNT);
  }

  @Override
  public void close() {
    parallel.dispose();
    onForkJoin.dispose();
    forkJoin.shutdownNow();
  }
}
