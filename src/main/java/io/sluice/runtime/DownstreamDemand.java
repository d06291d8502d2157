package io.sluice.runtime;

import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Operators;

/// What a subscriber has asked for and not got yet; `Long.MAX_VALUE` is without end and stays so.
final class DownstreamDemand {
  private final AtomicLong count = new AtomicLong();

  void add(long n) {
    count.getAndUpdate(before -> Operators.addCap(before, n));
  }

  boolean isPositive() {
    return count.get() > 0;
  }

  /// One element was handed over.
  void took() {
    if (count.get() != Long.MAX_VALUE) {
      count.getAndUpdate(before -> before == Long.MAX_VALUE ? before : before - 1);
    }
  }

  long count() {
    return count.get();
  }
}
