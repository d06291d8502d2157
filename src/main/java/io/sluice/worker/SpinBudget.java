package io.sluice.worker;

import java.util.concurrent.atomic.AtomicInteger;

/// How many threads may spin at the same time: one less than there are cores, so that who they wait
/// for has one to run on. On a single core nobody spins.
///
/// **Threads.** Any. Cores belong to the process, so all pools of a process share one budget.
final class SpinBudget {
  static final SpinBudget OF_PROCESS =
      new SpinBudget(Runtime.getRuntime().availableProcessors() - 1);
  static final SpinBudget NONE = new SpinBudget(0);

  private final int limit;
  private final AtomicInteger spinners = new AtomicInteger();

  SpinBudget(int limit) {
    this.limit = limit;
  }

  /// Whether there is ever room.
  boolean isPositive() {
    return limit > 0;
  }

  /// Whether the caller may spin until it calls [#leave].
  boolean tryEnter() {
    int count = spinners.get();
    while (count < limit) {
      int witness = spinners.compareAndExchange(count, count + 1);
      if (witness == count) {
        return true;
      }
      count = witness;
    }
    return false;
  }

  void leave() {
    spinners.decrementAndGet();
  }
}
