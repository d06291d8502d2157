package io.sluice.fire;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Threads that start what they are given at the same moment, again and again.
///
/// The caller is one of them. They spin for a moment and then yield, since there may be more of them
/// than processors; every wait has a bound.
@SuppressWarnings("ThreadPriorityCheck")
final class Racers implements AutoCloseable {
  private static final int SPINS = 200;

  private final Thread[] others;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicInteger atLine = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private volatile int race;
  private volatile boolean closed;
  private Runnable[] actors = {};

  Racers(int count) {
    others = new Thread[count - 1];
    for (int i = 0; i < others.length; i++) {
      int lane = i + 1;
      others[i] = Thread.ofPlatform().name("racer-" + lane).daemon().start(() -> runLane(lane));
    }
  }

  /// Runs these side by side, the first on this thread; returns when all have ended.
  void race(Runnable... toRun) {
    int number = race + 1;
    actors = toRun;
    atLine.set(0);
    running.set(others.length);
    race = number;
    startLane(0);
    Waits.until("the racers to end", () -> running.get() == 0);
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("a racer threw", thrown);
    }
  }

  private void runLane(int lane) {
    int seen = 0;
    while (!closed) {
      if (race == seen) {
        Thread.yield();
        continue;
      }
      seen = race;
      try {
        startLane(lane);
      } catch (Throwable thrown) {
        failure.compareAndSet(null, thrown);
      }
      running.decrementAndGet();
    }
  }

  private void startLane(int lane) {
    if (lane >= actors.length) {
      return;
    }
    atLine.incrementAndGet();
    for (int spins = 0; atLine.get() < actors.length; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    actors[lane].run();
  }

  @Override
  public void close() {
    closed = true;
  }
}
