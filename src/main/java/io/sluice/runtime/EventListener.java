package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/// One listener of [EventHub] with its buffer.
///
/// **Bound.** At most [#CAPACITY] events wait; what comes beyond is counted, and the count is the
/// next event that the listener gets, in its place in the order.
final class EventListener implements Subscription {
  static final int CAPACITY = 1_024;

  private final EventHub hub;
  private final CoreSubscriber<? super TaskEvent> actual;
  private final Queue<TaskEvent> buffer = Queues.<TaskEvent>get(CAPACITY).get();
  private final AtomicLong lostCount = new AtomicLong();

  private final DownstreamDemand requested = new DownstreamDemand();
  private final AtomicInteger delivering = new AtomicInteger();
  private volatile boolean cancelled;
  private volatile boolean completed;

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
    if (Operators.validate(n)) {
      requested.add(n);
      deliver();
    }
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
      deliverRequested();
      missed = delivering.addAndGet(-missed);
    } while (missed != 0);
  }

  private void deliverRequested() {
    while (!cancelled && requested.isPositive()) {
      TaskEvent event = poll();
      if (event == null) {
        break;
      }
      actual.onNext(event);
      requested.took();
    }
    completeIfEmpty();
  }

  private void completeIfEmpty() {
    if (completed && !cancelled && isEmpty()) {
      cancelled = true;
      hub.remove(this);
      actual.onComplete();
    }
  }

  private boolean isEmpty() {
    return buffer.isEmpty() && lostCount.get() == 0;
  }
}
