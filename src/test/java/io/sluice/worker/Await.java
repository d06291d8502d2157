package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Bounded waits.
final class Await {
  private static final long BOUND_SECONDS = 60;

  private Await() {}

  static void latch(CountDownLatch latch, String what) {
    try {
      assertThat(latch.await(BOUND_SECONDS, TimeUnit.SECONDS)).as(what).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting: " + what, e);
    }
  }

  /// Whether nothing happens for so long.
  static boolean staysShut(CountDownLatch latch, long millis) throws InterruptedException {
    return !latch.await(millis, TimeUnit.MILLISECONDS);
  }

  static void until(BooleanSupplier condition, String what) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - start).as(what).isLessThan(BOUND_SECONDS * 1_000_000_000);
      LockSupport.parkNanos(100_000);
    }
  }

  static void termination(WorkerPool pool) {
    pool.terminated().toCompletableFuture().orTimeout(BOUND_SECONDS, TimeUnit.SECONDS).join();
  }

  static void parked(Thread thread) {
    until(() -> thread.getState() == Thread.State.WAITING, thread + " sleeps without a timeout");
  }
}
