package io.sluice.test;

import org.jspecify.annotations.Nullable;

/// The one thread of a schedule: what comes on another one makes the order a matter of luck.
final class OneThread {
  private final Thread own = Thread.currentThread();
  private volatile @Nullable String foreign;

  void check(String what) {
    if (Thread.currentThread() != own && foreign == null) {
      foreign = "%s came on the thread '%s'".formatted(what, Thread.currentThread().getName());
    }
  }

  /// What came on another thread; null if nothing did.
  @Nullable String foreign() {
    return foreign;
  }
}
