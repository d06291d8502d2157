package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;

/// One listener of [EventHub] with its buffer.
///
/// **Bound.** At most `capacity` events wait. What comes beyond is counted, and the count is told in
/// its place in the order: behind the events that waited, before those that came later.
///
/// ```
/// lost so far      0        0        3                  3
/// buffer          a b c  │ a b c  │ (taken)  marker 3 d │ …
/// ```
///
/// A gap is told by a marker with the total so far, which is added before the next event; or, while
/// none comes, by the total itself, once the buffer is empty. One that was told needs no marker, which
/// would take an event's place: all of a buffer of one.
///
/// A watcher's buffer also has the marks of those who wait for it ([BehindEvents]), beyond its capacity.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `buffer` | the drain adds, the delivery takes | single producer, single consumer |
/// | `lost` | the drain | volatile |
/// | `markedCount` | the drain | plain |
/// | `told` | the delivery | volatile, read by the drain |
final class EventListener implements Subscription, Scannable {
  private static final Logger LOG = LoggerFactory.getLogger(EventListener.class);

  private final EventHub hub;
  private final CoreSubscriber<? super TaskEvent> actual;
  private final int capacity;
  private final boolean isWatcher;

  /// Events, and marks.
  private final HandoverQueue<Object> buffer = new HandoverQueue<>();

  /// All that were ever lost.
  private volatile TaskEvent.Lost lost = Losses.NONE;

  /// As many of them as the markers tell.
  private long markedCount;

  /// Those of them that the listener was told of.
  private volatile TaskEvent.Lost told = Losses.NONE;

  private final DownstreamDemand requested = new DownstreamDemand();
  private final AtomicInteger delivering = new AtomicInteger();
  private volatile boolean cancelled;
  private volatile boolean completed;
  private volatile boolean terminated;
  private volatile @Nullable Throwable badRequest;

  /// @param isWatcher whether it asks for all events at once, and drains wait for it
  EventListener(
      EventHub hub, CoreSubscriber<? super TaskEvent> actual, int capacity, boolean isWatcher) {
    this.hub = hub;
    this.actual = actual;
    this.capacity = capacity;
    this.isWatcher = isWatcher;
  }

  boolean isWatcher() {
    return isWatcher;
  }

  /// The drain only: the buffer has one producer.
  void note(TaskEvent event) {
    mark();
    if (lost.count() != markedCount || !offer(event)) {
      lost = Losses.plus(lost, event);
    }
  }

  /// The drain only. What was lost before is told before.
  void note(BehindEvents mark) {
    TaskEvent.Lost sum = lost;
    if (sum.count() != markedCount) {
      buffer.offer(sum);
      markedCount = sum.count();
    }
    buffer.offer(mark);
  }

  /// Says how many were lost, in their place, if there is room for that.
  private void mark() {
    TaskEvent.Lost sum = lost;
    if (sum.count() != markedCount && (sum.count() == told.count() || offer(sum))) {
      markedCount = sum.count();
    }
  }

  private boolean offer(TaskEvent event) {
    if (buffer.size() >= capacity) {
      return false;
    }
    buffer.offer(event);
    return true;
  }

  /// The next to tell. The total is read before the buffer is seen to be empty: so all that came before
  /// these losses has been told, and what came behind them would have brought a marker.
  private @Nullable TaskEvent poll() {
    TaskEvent.Lost sum = lost;
    return switch (buffer.poll()) {
      case null -> gap(sum);
      case TaskEvent.Lost marker -> gap(marker);
      case TaskEvent event -> event;
      case Object mark -> {
        ((BehindEvents) mark).reached();
        yield null;
      }
    };
  }

  /// Up to this total; what was told already is left out.
  private @Nullable TaskEvent gap(TaskEvent.Lost sum) {
    TaskEvent.Lost before = told;
    if (sum.count() <= before.count()) {
      return null;
    }
    told = sum;
    return Losses.since(before, sum);
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
    if (isWatcher) {
      deliver();
    }
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
    if (isWatcher && (cancelled || terminated)) {
      dropAll();
    }
  }

  /// Nobody waits any longer for a watcher that is told no more.
  private void dropAll() {
    for (Object next = buffer.poll(); next != null; next = buffer.poll()) {
      if (next instanceof BehindEvents mark) {
        mark.reached();
      }
    }
  }

  private void deliverRequested() {
    while (!cancelled && !terminated && badRequest == null && requested.isPositive()) {
      TaskEvent event = poll();
      if (event != null) {
        requested.took();
        actual.onNext(event);
      } else if (buffer.isEmpty()) {
        break;
      }
    }
    terminateIfDone();
  }

  private void terminateIfDone() {
    Throwable failure = badRequest;
    if (cancelled || terminated || (failure == null && !(completed && isEmpty()))) {
      return;
    }
    terminated = true;
    hub.remove(this);
    if (failure == null) {
      actual.onComplete();
    } else {
      actual.onError(failure);
    }
  }

  private boolean isEmpty() {
    return buffer.isEmpty() && lost.count() == told.count();
  }

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    if (key == Attr.ACTUAL) {
      return actual;
    }
    if (key == Attr.PARENT) {
      return hub;
    }
    if (key == Attr.BUFFERED) {
      return buffer.size();
    }
    if (key == Attr.CAPACITY) {
      return capacity;
    }
    if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
      return requested.count();
    }
    if (key == Attr.CANCELLED) {
      return cancelled;
    }
    if (key == Attr.TERMINATED) {
      return terminated;
    }
    if (key == Attr.ERROR) {
      return badRequest;
    }
    return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
  }

  @Override
  public String stepName() {
    return "events";
  }
}
