package io.sluice.fire;

import java.util.function.BooleanSupplier;

/// Waits with a bound, for conditions that come true within microseconds.
final class Waits {
  private static final int SPINS = 100;
  private static final int YIELDS_PER_LOOK = 1_000;
  private static final long BOUND_NS = 30_000_000_000L;

  private Waits() {}

  @SuppressWarnings("ThreadPriorityCheck") // there may be more threads than processors
  static void until(String what, BooleanSupplier condition) {
    for (int spins = 0; spins < SPINS; spins++) {
      if (condition.getAsBoolean()) {
        return;
      }
      Thread.onSpinWait();
    }
    long deadline = System.nanoTime() + BOUND_NS;
    while (System.nanoTime() < deadline) {
      for (int yields = 0; yields < YIELDS_PER_LOOK; yields++) {
        if (condition.getAsBoolean()) {
          return;
        }
        Thread.yield();
      }
    }
    throw new AssertionError("waited 30 s for " + what);
  }
}
