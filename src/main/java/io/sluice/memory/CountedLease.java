package io.sluice.memory;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// A lease that knows who is inside: closing it keeps others out at once, and its end comes when the
/// last one has left.
///
/// ```
///   users:  0 ─ enter ─▶ 1, 2, … ─ leave ─▶ 0          CLOSED + n: closed, n still inside
///                │ close                     │ close
///                ▼                           ▼
///           CLOSED + n ─ last leave ─▶ CLOSED: afterLast
/// ```
///
/// **Threads.** Any. Each access costs two atomic operations: fit for bulk accesses, not for loops
/// over elements.
final class CountedLease extends Lease {
  private static final int CLOSED = Integer.MIN_VALUE;

  private final Runnable afterLast;
  private final AtomicInteger users = new AtomicInteger();

  CountedLease(Supplier<String> ended, Runnable afterLast) {
    super(null, ended);
    this.afterLast = afterLast;
  }

  @Override
  void enter() {
    int count = users.get();
    while (count >= 0) {
      int witness = users.compareAndExchange(count, count + 1);
      if (witness == count) {
        return;
      }
      count = witness;
    }
    throw failure();
  }

  @Override
  void leave() {
    if (users.decrementAndGet() == CLOSED) {
      afterLast.run();
    }
  }

  @Override
  public void close() {
    super.close();
    int count = users.getAndUpdate(before -> before < 0 ? before : before + CLOSED);
    if (count == 0) {
      afterLast.run();
    }
  }
}
