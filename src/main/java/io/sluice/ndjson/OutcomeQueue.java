package io.sluice.ndjson;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/// Hands outcomes that come on any thread to one subscriber, one after another, as it asks for them; the
/// end comes behind all of them. What can't be handed over any more is closed.
///
/// **Bound.** Whoever fills it keeps count, by [Listener#taken].
final class OutcomeQueue implements Subscription {
  /// Who fills it.
  interface Listener {
    /// One was handed over. Any thread.
    void taken();

    /// The subscriber has cancelled.
    void cancelled();
  }

  private final CoreSubscriber<? super Outcome> actual;
  private final Listener listener;
  private final Queue<Outcome> queue = Queues.<Outcome>unboundedMultiproducer().get();
  private final AtomicInteger work = new AtomicInteger();
  private final AtomicLong demand = new AtomicLong();
  private volatile boolean ending;
  private volatile @Nullable Throwable error;
  private volatile boolean ended;

  OutcomeQueue(CoreSubscriber<? super Outcome> actual, Listener listener) {
    this.actual = actual;
    this.listener = listener;
  }

  Context context() {
    return actual.currentContext();
  }

  /// Any thread.
  void add(Outcome outcome) {
    queue.add(outcome);
    drain();
  }

  /// No more will come; the first call counts.
  ///
  /// @param failure null for success
  void end(@Nullable Throwable failure) {
    if (!ending) {
      error = failure;
      ending = true;
    }
    drain();
  }

  boolean hasEnded() {
    return ended;
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n)) {
      demand.getAndUpdate(before -> Operators.addCap(before, n));
      drain();
    }
  }

  @Override
  public void cancel() {
    if (!ended) {
      ended = true;
      listener.cancelled();
      drain();
    }
  }

  private void drain() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    while (seen != 0) {
      handOver();
      seen = work.addAndGet(-seen);
    }
  }

  private void handOver() {
    while (!ended && demand.get() > 0) {
      Outcome next = queue.poll();
      if (next == null) {
        break;
      }
      demand.getAndUpdate(before -> before == Long.MAX_VALUE ? before : before - 1);
      actual.onNext(next);
      listener.taken();
    }
    if (!ended && ending && queue.isEmpty()) {
      ended = true;
      tellEnd();
    }
    if (ended) {
      closeAll();
    }
  }

  private void tellEnd() {
    Throwable failure = error;
    if (failure == null) {
      actual.onComplete();
    } else {
      actual.onError(failure);
    }
  }

  private void closeAll() {
    for (Outcome next = queue.poll(); next != null; next = queue.poll()) {
      next.close();
    }
  }
}
