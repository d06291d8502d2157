package io.sluice.bench;

import java.util.concurrent.TimeUnit;
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

/// The reference: how long does it take to wake a thread that sleeps, and to be woken by it?
///
/// It is measured in each run, whatever else is.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class WakeUp {
  static final String PARK = "park";
  static final String FUTEX = "futex";

  @Param(PARK)
  public String contender = PARK;

  private Signal question = new Signal.Parked();
  private Signal answer = new Signal.Parked();
  private volatile boolean over;

  @Setup
  public void start() {
    if (contender.equals(FUTEX)) {
      question = new FutexSignal();
      answer = new FutexSignal();
    }
    Thread partner = new Thread(this::answer, "partner");
    partner.setDaemon(true);
    partner.start();
  }

  @Benchmark
  public void roundTrip() {
    question.raise();
    answer.await();
  }

  private void answer() {
    question.await();
    while (!over) {
      answer.raise();
      question.await();
    }
  }

  @TearDown
  public void stop() {
    over = true;
    question.raise();
  }
}
