package io.sluice.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// From open to closed to terminated.
///
/// **Threads.** Any.
/// **Bound.** It terminates when each worker has ended, each of which happens once, and each thread
/// that was replaced.
final class PoolLifetime {
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicInteger remaining;
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  PoolLifetime(int workerCount) {
    remaining = new AtomicInteger(workerCount);
  }

  /// Whether the caller is the one who closed it.
  boolean close() {
    return closed.compareAndSet(false, true);
  }

  boolean isClosed() {
    return closed.get();
  }

  /// One more thread, beside one that has not ended.
  void threadAdded() {
    remaining.incrementAndGet();
  }

  /// One worker has ended, or will never start.
  void workerEnded() {
    if (remaining.decrementAndGet() == 0) {
      terminated.complete(null);
    }
  }

  CompletionStage<Void> terminated() {
    return terminated.minimalCompletionStage();
  }
}
