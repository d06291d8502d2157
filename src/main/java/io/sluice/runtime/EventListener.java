package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.util.concurrent.Queues;

/// One listener of [EventHub] with its buffer.
///
/// **Bound.** At most [#CAPACITY] events wait; what comes beyond is counted, and the count is the
/// next event that the listener gets, in its place in the order.
final class EventListener implements Subscription {
  static final int CAPACITY = 1_024;
  private static final Logger LOG = LoggerFactory.getLogger(EventListener.class);

  private final EventHub hub;
  private final CoreSubscriber<? super TaskEvent> actual;
  private final Queue<TaskEvent> buffer = Queues.<TaskEvent>get(CAPACITY).get();
  private final AtomicLong lostCount = new AtomicLong();

  private final DownstreamDemand requested = new DownstreamDemand();
  private final AtomicInteger delivering = new AtomicInteger();
  private volatile boolean cancelled;
  private volatile boolean completed;
  private volatile @Nullable Throwable badRequest;

  EventListener(EventHub hub, CoreSubscriber<? super TaskEvent> actual) {
    this.hub = hub;
    this.actual = actual;
  }

  /// The drain only: the buffer has one producer.
  void note(TaskEvent event) {
    if (!noteLost() || !buffer.offer(event)) {
      lostCount.incrementAndGet();
    }
  }

  /// Says how many were lost, in their place; false if there is no room even for that.
  private boolean noteLost() {
    long lost = lostCount.getAndSet(0);
    if (lost == 0 || buffer.offer(new TaskEvent.Lost(lost))) {
      return true;
    }
    lostCount.addAndGet(lost);
    return false;
  }

  private @Nullable TaskEvent poll() {
    TaskEvent event = buffer.poll();
    long lost = event == null ? lostCount.getAndSet(0) : 0;
    return lost > 0 ? new TaskEvent.Lost(lost) : event;
  }

  void complete() {
    completed = true;
    deliver();
  }

  @Override
  public void request(long n) {
    if (n > 0) {
      requested.add(n);
    } else {
      badRequest = Delivery.nonPositive(n);
    }
    deliver();
  }

  boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void cancel() {
    cancelled = true;
    hub.remove(this);
  }

  void deliver() {
    if (delivering.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      tryDeliver();
      missed = delivering.addAndGet(-missed);
    } while (missed != 0);
  }

  /// A listener that throws counts as cancelled (Reactive Streams 2.13).
  private void tryDeliver() {
    try {
      deliverRequested();
    } catch (Throwable broken) {
      UserFault.log(LOG, "a listener to {} threw, where it must not", "events()", broken);
      cancel();
    }
  }

  private void deliverRequested() {
    while (!cancelled && badRequest == null && requested.isPositive()) {
      TaskEvent event = poll();
      if (event == null) {
        break;
      }
      requested.took();
      actual.onNext(event);
    }
    terminateIfDone();
  }

  private void terminateIfDone() {
    Throwable failure = badRequest;
    if (cancelled || (failure == null && !(completed && isEmpty()))) {
      return;
    }
    cancel();
    if (failure == null) {
      actual.onComplete();
    } else {
      actual.onError(failure);
    }
  }

  private boolean isEmpty() {
    return buffer.isEmpty() && lostCount.get() == 0;
  }
}
