package io.sluice.runtime;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Operators;

/// Requests to one upstream: kept until it has subscribed, and made one after another, so that an
/// upstream that answers at once from inside `request` does not recurse. `Long.MAX_VALUE` is without
/// end and stays so.
final class UpstreamDemand {
  private static final AtomicReferenceFieldUpdater<UpstreamDemand, @Nullable Subscription>
      UPSTREAM =
          AtomicReferenceFieldUpdater.newUpdater(
              UpstreamDemand.class, Subscription.class, "upstream");

  private static final Logger LOG = LoggerFactory.getLogger(UpstreamDemand.class);

  private volatile @Nullable Subscription upstream;
  private final AtomicInteger requesting = new AtomicInteger();

  /// All that was ever owed.
  private final AtomicLong owedCount = new AtomicLong();

  /// All that was ever requested; raised before the upstream hears of it. Of who requests.
  private final AtomicLong requestedCount = new AtomicLong();

  private final Consumer<Throwable> onBroken;

  /// @param onBroken told what the upstream throws from `request`, where it must not
  UpstreamDemand(Consumer<Throwable> onBroken) {
    this.onBroken = onBroken;
  }

  /// Takes the subscription; false, and cancels it, if there is one, or the upstream was cancelled or
  /// has ended.
  boolean set(Subscription subscription) {
    boolean first = Operators.setOnce(UPSTREAM, this, subscription);
    if (first) {
      requestOwed();
    }
    return first;
  }

  /// Notes that so many are to be requested by the next [#requestOwed]. The upstream hears nothing yet.
  void owe(long count) {
    owedCount.getAndAccumulate(count, Operators::addCap);
  }

  void requestOwed() {
    if (requesting.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      requestDue();
      missed = requesting.addAndGet(-missed);
    } while (missed != 0);
  }

  private void requestDue() {
    Subscription current = upstream;
    long owed = owedCount.get();
    long count = owed - requestedCount.getPlain();
    if (current != null && count > 0) {
      requestedCount.setRelease(owed);
      request(current, count);
    }
  }

  private void request(Subscription current, long count) {
    try {
      current.request(count);
    } catch (Throwable broken) {
      onBroken.accept(broken);
    }
  }

  /// Null as long as there is none.
  @Nullable Subscription subscription() {
    return isCancelled() ? null : upstream;
  }

  @SuppressWarnings("ReferenceEquality") // a mark, and the only one
  boolean isCancelled() {
    return upstream == Operators.cancelledSubscription();
  }

  long requestedCount() {
    return requestedCount.get();
  }

  /// The upstream gave its last signal: from now on it hears nothing.
  void end() {
    UPSTREAM.set(this, Operators.cancelledSubscription());
  }

  void cancel() {
    try {
      var _ = Operators.terminate(UPSTREAM, this);
    } catch (Throwable broken) {
      UserFault.log(LOG, "a publisher threw from {}, where it must not", "cancel()", broken);
    }
  }
}
