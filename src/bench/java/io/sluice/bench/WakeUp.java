package io.sluice.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
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

/// The reference: how long does it take to wake a thread that sleeps, and to be woken by it?
///
/// `examples/run bench --only wake-up`
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class WakeUp {
  private Thread partner = Thread.currentThread();
  private volatile Thread caller = Thread.currentThread();
  private volatile boolean asked;
  private volatile boolean over;

  @Setup
  public void start() {
    partner = new Thread(this::answer, "partner");
    partner.setDaemon(true);
    partner.start();
  }

  @Benchmark
  public void roundTrip() {
    caller = Thread.currentThread();
    asked = true;
    LockSupport.unpark(partner);
    while (asked) {
      LockSupport.park(this);
    }
  }

  private void answer() {
    while (!over) {
      while (!asked && !over) {
        LockSupport.park(this);
      }
      asked = false;
      LockSupport.unpark(caller);
    }
  }

  @TearDown
  public void stop() {
    over = true;
    LockSupport.unpark(partner);
  }
}
