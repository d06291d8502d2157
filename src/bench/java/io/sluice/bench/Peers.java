package io.sluice.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/// The threads of a contender that Sluice is held against: two, as it has two workers.
final class Peers implements AutoCloseable {
  static final int WORKER_COUNT = 2;

  static final String SLUICE = "sluice";
  static final String FLAT_MAP = "flatMap-parallel";
  static final String CONCAT_MAP = "concatMap-parallel";
  static final String WHEN = "when-parallel";
  static final String REACTOR_FJP = "reactor-fjp";
  static final String FUTURE_FJP = "completablefuture-fjp";
  static final String THREAD_POOL = "thread-pool";
  static final String VIRTUAL = "virtual-threads";
  static final String DISRUPTOR = "disruptor";

  /// Whom one would use instead.
  static final List<String> ALL =
      List.of(FLAT_MAP, CONCAT_MAP, WHEN, REACTOR_FJP, FUTURE_FJP, THREAD_POOL, VIRTUAL, DISRUPTOR);

  private final ExecutorService executor;
  private final Scheduler scheduler;

  private Peers(ExecutorService executor, Scheduler scheduler) {
    this.executor = executor;
    this.scheduler = scheduler;
  }

  static Peers of(String contender) {
    return switch (contender) {
      case FLAT_MAP, CONCAT_MAP, WHEN ->
          new Peers(ForkJoinPool.commonPool(), Schedulers.newParallel("peer", WORKER_COUNT));
      case THREAD_POOL -> on(Executors.newFixedThreadPool(WORKER_COUNT));
      case VIRTUAL -> on(Executors.newVirtualThreadPerTaskExecutor());
      default -> on(new ForkJoinPool(WORKER_COUNT));
    };
  }

  private static Peers on(ExecutorService executor) {
    return new Peers(executor, Schedulers.fromExecutorService(executor));
  }

  Scheduler scheduler() {
    return scheduler;
  }

  ExecutorService executor() {
    return executor;
  }

  /// For a peer that brings its own loop.
  ThreadFactory daemons() {
    return body -> {
      Thread thread = new Thread(body, "peer");
      thread.setDaemon(true);
      return thread;
    };
  }

  static Mono<Integer> call(Scheduler scheduler, Supplier<Integer> body) {
    return Mono.fromSupplier(body).subscribeOn(scheduler);
  }

  /// Runs `body` once for each index, side by side, and delivers each value.
  static Flux<Integer> flatMapped(int count, Scheduler scheduler, IntUnaryOperator body) {
    return Flux.range(0, count)
        .flatMap(i -> call(scheduler, () -> body.applyAsInt(i)), Queues.SMALL_BUFFER_SIZE);
  }

  /// Runs `body` once for each index, one after the other.
  static Flux<Integer> concatMapped(int count, Scheduler scheduler, IntUnaryOperator body) {
    return Flux.range(0, count).concatMap(i -> call(scheduler, () -> body.applyAsInt(i)));
  }

  /// Starts a future for each index, then delivers their values.
  static void futures(int count, IntFunction<CompletableFuture<Integer>> start) {
    @SuppressWarnings({"unchecked", "rawtypes"})
    CompletableFuture<Integer>[] futures = new CompletableFuture[count];
    for (int i = 0; i < count; i++) {
      futures[i] = start.apply(i);
    }
    deliver(List.of(futures));
  }

  /// Delivers the value of each, in this order.
  static void deliver(List<CompletableFuture<Integer>> futures) {
    Arrivals arrivals = new Arrivals();
    for (CompletableFuture<Integer> future : futures) {
      arrivals.onNext(future.join());
    }
    arrivals.onComplete();
    arrivals.await(futures.size());
  }

  @Override
  public void close() {
    scheduler.dispose();
    executor.shutdownNow();
  }
}
