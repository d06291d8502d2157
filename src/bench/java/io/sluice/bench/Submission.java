package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Flux;

/// What does it cost to submit a task, from the publisher's `onNext` to its place in the ready queue?
///
/// The only worker is held by a first task while 50,000 more are admitted on the caller's thread.
///
/// `examples/run bench --only submission`
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Submission {
  static final int COUNT = 50_000;

  private final Sluice sluice =
      Sluice.builder()
          .heap(DataSize.mebibytes(1))
          .threads("cpu", 1)
          .lookAhead(256)
          .unlimitedInFlight()
          .build();
  private CountDownLatch held = new CountDownLatch(1);
  private CountDownLatch admitted = new CountDownLatch(1);
  private Arrivals arrivals = new Arrivals();

  @Setup(Level.Invocation)
  public void renew() {
    held = new CountDownLatch(1);
    admitted = new CountDownLatch(1);
    arrivals = new Arrivals();
  }

  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void tasks() throws InterruptedException {
    Task first = Task.call("hold", kernel -> held.await());
    sluice
        .submit(
            Flux.range(0, COUNT)
                .map(i -> i == 0 ? first : Task.call("empty", kernel -> {}))
                .doOnComplete(admitted::countDown))
        .subscribe(arrivals);
    admitted.await();
  }

  @TearDown(Level.Invocation)
  public void finish() {
    held.countDown();
    arrivals.await(COUNT);
  }

  @TearDown
  public void tearDown() {
    sluice.close();
  }
}
