package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
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
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Submission {
  static final int COUNT = 50_000;

  @Param(Peers.SLUICE)
  public String contender = Peers.SLUICE;

  private Submitting submitting = () -> {};
  private AutoCloseable threads = () -> {};
  private CountDownLatch held = new CountDownLatch(1);
  private CountDownLatch admitted = new CountDownLatch(1);
  private CountDownLatch done = new CountDownLatch(1);
  private Arrivals arrivals = new Arrivals();

  /// Submits all tasks, the first of which is held.
  private interface Submitting {
    void run() throws InterruptedException;
  }

  @Setup
  public void setUp() {
    switch (contender) {
      case Peers.SLUICE -> {
        Sluice sluice =
            Sluice.builder()
                .heap(DataSize.mebibytes(1))
                .threads("cpu", 1)
                .lookAhead(256)
                .unlimitedInFlight()
                .build();
        submitting = () -> submitTo(sluice);
        threads = sluice;
      }
      case Peers.FUTURE_FJP -> submitTo(new ForkJoinPool(1));
      default -> submitTo(Executors.newFixedThreadPool(1));
    }
  }

  private void submitTo(ExecutorService executor) {
    submitting = () -> startFutures(executor);
    threads = executor;
  }

  @Setup(Level.Invocation)
  public void renew() {
    held = new CountDownLatch(1);
    admitted = new CountDownLatch(1);
    done = new CountDownLatch(COUNT);
    arrivals = new Arrivals();
  }

  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void tasks() throws InterruptedException {
    submitting.run();
  }

  private void submitTo(Sluice sluice) throws InterruptedException {
    sluice
        .submit(Flux.range(0, COUNT).map(this::task).doOnComplete(admitted::countDown))
        .subscribe(arrivals);
    admitted.await();
  }

  private Task task(int number) {
    CountDownLatch first = held;
    return number == 0
        ? Task.call("hold", kernel -> first.await())
        : Task.call("empty", kernel -> done.countDown());
  }

  private void startFutures(ExecutorService executor) {
    for (int i = 0; i < COUNT; i++) {
      CompletableFuture<Void> started =
          i == 0
              ? CompletableFuture.runAsync(this::hold, executor)
              : CompletableFuture.runAsync(done::countDown, executor);
      if (i == COUNT - 1) {
        var unused = started.thenRun(() -> deliverAll());
      }
    }
  }

  private void hold() {
    try {
      held.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private void deliverAll() {
    for (int i = 0; i < COUNT; i++) {
      arrivals.onNext(i);
    }
    arrivals.onComplete();
  }

  @TearDown(Level.Invocation)
  public void finish() {
    held.countDown();
    arrivals.await(COUNT);
    Workload.check("kernels that did not run", 1, done.getCount());
  }

  @TearDown
  public void tearDown() throws Exception {
    threads.close();
  }
}
