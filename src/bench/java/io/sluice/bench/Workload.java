package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.Submitter;
import io.sluice.config.DataSize;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.scheduler.Scheduler;

/// A question that several contenders answer: each runs the same job as a batch, to the end, and compares
/// what came out with what a plain loop comes to.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class Workload {
  /// Sluice with as many tasks in flight as `flatMap` has, instead of 65,536.
  static final String FEW_IN_FLIGHT = "256-in-flight";

  private static final int FLAT_MAP_CONCURRENCY = 256;

  /// Whose turn it is; a workload of Sluice's own has names of its own beside [Peers#ALL].
  @Param(Peers.SLUICE)
  public String contender = Peers.SLUICE;

  private Runnable batch = () -> {};
  private @Nullable Sluice sluice;
  private @Nullable Peers peers;

  @Setup
  public void setUp() {
    batch = batch();
  }

  @Benchmark
  public void tasks() {
    batch.run();
  }

  @TearDown
  public void tearDown() {
    if (sluice != null) {
      sluice.close();
    }
    if (peers != null) {
      peers.close();
    }
  }

  private Runnable batch() {
    if (!Peers.ALL.contains(contender)) {
      sluice = runtime();
      return onSluice(sluice);
    }
    peers = Peers.of(contender);
    return switch (contender) {
      case Peers.FLAT_MAP, Peers.CONCAT_MAP, Peers.WHEN, Peers.REACTOR_FJP ->
          onReactor(peers.scheduler());
      case Peers.DISRUPTOR -> onDisruptor(peers);
      default -> onFutures(peers.executor());
    };
  }

  /// Two workers and 1 MiB.
  private static Sluice runtime() {
    return Sluice.builder()
        .heap(DataSize.mebibytes(1))
        .threads("cpu", Peers.WORKER_COUNT)
        .noAllocationTimeout()
        .build();
  }

  abstract Runnable onSluice(Sluice runtime);

  /// For runs of this contender's.
  final Submitter submitter(Sluice runtime) {
    return contender.equals(FEW_IN_FLIGHT)
        ? runtime.with(run -> run.maxInFlight(FLAT_MAP_CONCURRENCY))
        : runtime;
  }

  Runnable onReactor(Scheduler scheduler) {
    throw notHere();
  }

  Runnable onFutures(ExecutorService executor) {
    throw notHere();
  }

  Runnable onDisruptor(Peers threads) {
    throw notHere();
  }

  private IllegalArgumentException notHere() {
    return new IllegalArgumentException(contender + " takes no part in " + getClass().getName());
  }

  /// Stirs a value with a number, so that an order that was not kept shows in the end.
  static int mix(int value, int number) {
    return (value ^ number) * 0x9E3779B1 + (value >>> 15);
  }

  static void check(String what, long expected, long actual) {
    if (expected != actual) {
      throw new IllegalStateException(what + " must be " + expected + ", was " + actual);
    }
  }
}
