package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A question that several contenders answer: each runs the same job as a batch, to the end.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class Workload {
  private final AutoCloseable[] opened = new AutoCloseable[2];
  Runnable batch = () -> {};

  /// The batch of a contender, with its threads made.
  abstract Runnable batchOf(String contender);

  /// Whose turn it is.
  abstract String contender();

  @Setup
  public void setUp() {
    batch = batchOf(contender());
  }

  @TearDown
  public void tearDown() throws Exception {
    for (AutoCloseable resource : opened) {
      if (resource != null) {
        resource.close();
      }
    }
  }

  /// A runtime of two workers, closed with the trial.
  final Sluice sluice(DataSize heap) {
    Sluice sluice =
        Sluice.builder()
            .heap(heap)
            .threads("cpu", Peers.WORKER_COUNT)
            .noAllocationTimeout()
            .build();
    opened[0] = sluice;
    return sluice;
  }

  /// The peers' threads, closed with the trial.
  final Peers peers() {
    Peers peers = new Peers();
    opened[0] = peers;
    return peers;
  }

  final <T extends AutoCloseable> T closing(T resource) {
    opened[1] = resource;
    return resource;
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
