package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sluice.test.ManualPublisher;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits with a bound.
public final class Await {
  static final Duration BOUND = Duration.ofSeconds(10);

  private Await() {}

  public static void reached(CountDownLatch latch, String what) {
    try {
      assertThat(latch.await(BOUND.toSeconds(), TimeUnit.SECONDS)).as(what).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("interrupted while waiting for " + what);
    }
  }

  /// Lets some time pass in a kernel.
  static void spins(int times) {
    for (int i = 0; i < times; i++) {
      Thread.onSpinWait();
    }
  }

  /// Has a publisher emit each as soon as it was requested.
  @SafeVarargs
  static <T> void emitted(ManualPublisher<T> from, T... elements) {
    for (T element : elements) {
      from.awaitRequested(from.emitted() + 1);
      from.next(element);
    }
  }

  /// For what tells nobody of its change.
  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting for " + what).isLessThan(deadline);
      LockSupport.parkNanos(50_000);
    }
  }
}
