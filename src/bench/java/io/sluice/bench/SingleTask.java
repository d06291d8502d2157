package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// W5: how long does it take from `submit` to the result of one task?
///
/// *Handed over*: a thread that is no worker submits, and sleeps until the result has come; so there are two
/// wake-ups in it, as in the round trip that stands beside it. *On the caller*: a worker's own thread, in a
/// subscriber, submits the next task when the result of the one before has come; nobody sleeps.
///
/// `examples/run bench --only W5`
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SingleTask extends Workload {
  /// So many in a row on the caller, or the hand-over would hide what one costs.
  private static final int CALLER_COUNT = 1_000;

  @Param({Peers.SLUICE, "sluice-on-caller", Peers.FLAT_MAP, Peers.REACTOR_FJP, Peers.FUTURE_FJP})
  public String contender = Peers.SLUICE;

  @Override
  String contender() {
    return contender;
  }

  @Benchmark
  public void task() {
    batch.run();
  }

  @Override
  Runnable batchOf(String name) {
    return switch (name) {
      case Peers.SLUICE -> sluiceTask(sluice(DataSize.mebibytes(1)));
      case "sluice-on-caller" -> onCaller(sluice(DataSize.mebibytes(1)));
      case Peers.FLAT_MAP, Peers.REACTOR_FJP -> reactorTask(peers().scheduler(name));
      case Peers.FUTURE_FJP -> futureTask(peers());
      default -> throw new IllegalArgumentException(name);
    };
  }

  /// How many tasks a sample of this contender is.
  static int tasksPerSample(String contender) {
    return contender.equals("sluice-on-caller") ? CALLER_COUNT : 1;
  }

  private static Task empty() {
    return Task.call("empty", kernel -> {});
  }

  private static Runnable sluiceTask(Sluice sluice) {
    return () -> Arrivals.awaitAll(1, sluice.submit(Mono.fromSupplier(SingleTask::empty)));
  }

  private static Runnable onCaller(Sluice sluice) {
    return () -> {
      CountDownLatch ended = new CountDownLatch(1);
      submitNext(sluice, CALLER_COUNT, ended);
      awaitOf(ended);
    };
  }

  private static void submitNext(Sluice sluice, int leftCount, CountDownLatch ended) {
    if (leftCount == 0) {
      ended.countDown();
      return;
    }
    sluice
        .submit(Mono.fromSupplier(SingleTask::empty))
        .subscribe(
            result -> {},
            Throwable::printStackTrace,
            () -> submitNext(sluice, leftCount - 1, ended));
  }

  private static void awaitOf(CountDownLatch ended) {
    try {
      if (!ended.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no end within 60 s");
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static Runnable reactorTask(Scheduler scheduler) {
    return () -> Arrivals.awaitAll(1, Mono.fromCallable(() -> 1).subscribeOn(scheduler));
  }

  private static Runnable futureTask(Peers peers) {
    return () -> Peers.futures(1, i -> CompletableFuture.supplyAsync(() -> i, peers.forkJoin));
  }
}
