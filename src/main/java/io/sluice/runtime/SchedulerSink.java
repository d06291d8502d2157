package io.sluice.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/// Where all events go: many producers, one logical consumer.
///
/// Whichever thread raises the count of work from zero drains, until there is no more; a thread that
/// posts meanwhile just adds to the count. So a worker that finishes a task drains its own
/// completion. A drain is bounded: after [#MAX_EVENTS_PER_DRAIN] events the rest is left to the
/// runtime's own executor.
///
/// What the events bring about outside (dispatch, demand, signals) is collected in an [Outbox] and
/// acted on by the thread that drained, once another may drain: user code never runs inside.
///
/// **Happens-before.** The count's atomic updates order one drain before the next, and a post before
/// the drain that sees it.
///
/// Source: the queue-drain idiom of Reactive Extensions, after D. Karnok.
final class SchedulerSink {
  /// How many events one thread applies before it leaves the rest to the executor.
  static final int MAX_EVENTS_PER_DRAIN = 1_024;

  /// Applies events inside the drain, one thread at a time.
  interface Drainer {
    /// A drain begins; notes go to this outbox.
    void begin(Outbox outbox);

    void apply(SinkEvent event);

    /// No event is queued now.
    void idle();
  }

  private final EventQueue queue = new EventQueue();
  private final AtomicLong workCount = new AtomicLong();
  private final Drainer drainer;
  private final Executor executor;

  SchedulerSink(Drainer drainer, Executor executor) {
    this.drainer = drainer;
    this.executor = executor;
  }

  /// Posts an event, and drains if nobody does. Any thread, never blocks.
  void post(SinkEvent event) {
    queue.offer(event);
    if (workCount.getAndIncrement() == 0) {
      drain(1, MAX_EVENTS_PER_DRAIN);
    }
  }

  private void goOn(long counted) {
    drain(counted, MAX_EVENTS_PER_DRAIN);
  }

  /// @param counted the work count that this drain answers for
  private void drain(long counted, int budget) {
    Outbox outbox = new Outbox();
    drainer.begin(outbox);
    long missed = counted;
    int left = budget;
    while (missed != 0) {
      left = applyAll(left);
      if (left == 0) {
        leave(missed);
        break;
      }
      drainer.idle();
      missed = workCount.addAndGet(-missed);
    }
    outbox.act();
  }

  /// @return what is left of the budget; 0 if events may be left
  private int applyAll(int budget) {
    int left = budget;
    SinkEvent event = queue.poll();
    while (event != null) {
      drainer.apply(event);
      if (--left == 0) {
        return 0;
      }
      event = queue.poll();
    }
    return left;
  }

  private void leave(long missed) {
    executor.execute(() -> goOn(missed));
  }
}
