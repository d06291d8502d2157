package io.sluice.runtime;

import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
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
/// **Errors.** Whatever an event throws past the [Drainer], as where the poster's stack or the memory is
/// at its end, the count must not stay raised without anybody who drains: the rest is left to the
/// executor, which has a stack of its own.
///
/// **Happens-before.** The count's atomic updates order one drain before the next, and a post before
/// the drain that sees it.
///
/// Source: the queue-drain idiom of Reactive Extensions, after D. Karnok.
final class SchedulerSink {
  /// How many events one thread applies before it leaves the rest to the executor.
  static final int MAX_EVENTS_PER_DRAIN = 1_024;

  /// Applies events inside the drain, one thread at a time. It takes care of what its events throw as
  /// far as stack and memory go, and of the rest when it is called next.
  interface Drainer {
    /// A drain begins; notes go to this outbox.
    void begin(Outbox outbox);

    void apply(SinkEvent event);

    /// All events that were found, or as many as one drain may apply, were applied.
    void applied();

    /// No event is queued now, nor being posted before one that is.
    void idle();

    /// Whether another event is sure to be posted within a moment, whatever comes in between.
    boolean isMoreComing();
  }

  private final EventQueue queue;
  private final AtomicLong workCount = new AtomicLong();
  private final Drainer drainer;
  private final Executor executor;

  /// What the drainer said last.
  private volatile boolean moreComes;

  SchedulerSink(Drainer drainer, Executor executor) {
    this(new EventQueue(), drainer, executor);
  }

  SchedulerSink(EventQueue queue, Drainer drainer, Executor executor) {
    this.queue = queue;
    this.drainer = drainer;
    this.executor = executor;
  }

  /// Posts an event, and drains if nobody does. Any thread, never blocks.
  ///
  /// Who finds nothing queued and nobody draining applies the event without queueing it. Not if there is
  /// a gap in the queue: behind it may be an earlier event of this very thread.
  void post(SinkEvent event) {
    if (workCount.get() == 0 && workCount.compareAndSet(0, 1)) {
      drainFrom(event);
      return;
    }
    queue.offer(event);
    if (workCount.getAndIncrement() == 0) {
      drain(1);
    }
  }

  /// Posts an event that goes along with the next one: nobody drains for it as long as the drainer promises
  /// that another comes within a moment. Any thread, never blocks.
  ///
  /// The fence: who takes the promise back looks into the queue behind that, and who leaves an event looks
  /// at the promise behind that, so that one of them sees the other.
  void postWithNext(SinkEvent event) {
    queue.offer(event);
    VarHandle.fullFence();
    if (!moreComes && workCount.getAndIncrement() == 0) {
      drain(1);
    }
  }

  private void drainFrom(SinkEvent event) {
    if (!queue.isEmpty()) {
      queue.offer(event);
      drain(1);
      return;
    }
    Outbox outbox = begin();
    try {
      drainer.apply(event);
    } catch (Throwable failure) {
      goOnBehind(1, outbox);
      return;
    }
    goOn(1, MAX_EVENTS_PER_DRAIN - 1, outbox);
  }

  private void drain(long counted) {
    goOn(counted, MAX_EVENTS_PER_DRAIN, begin());
  }

  private Outbox begin() {
    Outbox outbox = new Outbox();
    drainer.begin(outbox);
    return outbox;
  }

  /// @param counted the work count that this drain answers for
  /// @param budget how many events it may still apply
  private void goOn(long counted, int budget, Outbox outbox) {
    long missed = counted;
    int left = budget;
    try {
      while (missed != 0) {
        left = applyAll(left);
        drainer.applied();
        if (left > 0 && hasTakenBack()) {
          continue;
        }
        if (left > 0) {
          settleIfEmpty();
          missed = workCount.addAndGet(-missed);
        } else if (leaveRest(missed)) {
          break;
        } else {
          left = MAX_EVENTS_PER_DRAIN;
        }
      }
    } catch (Throwable failure) {
      goOnBehind(missed, outbox);
      return;
    }
    outbox.act();
  }

  /// An event threw, and is gone. What the drain has brought is acted on all the same: it will not come
  /// again.
  private void goOnBehind(long missed, Outbox outbox) {
    if (leaveRest(missed)) {
      outbox.act();
    } else {
      goOn(missed, MAX_EVENTS_PER_DRAIN, outbox);
    }
  }

  /// @return what is left of the budget; 0 if events may be left
  private int applyAll(int budget) {
    for (int left = budget; left > 0; left--) {
      SinkEvent event = queue.poll();
      if (event == null) {
        return left;
      }
      drainer.apply(event);
    }
    return 0;
  }

  /// Tells those who leave events whether more comes. Not while one of them is between the two steps of
  /// posting: what comes may have been posted behind that, where this drain can't reach it.
  ///
  /// @return whether they were told that it does, and may have relied on it meanwhile
  private boolean hasTakenBack() {
    boolean promised = moreComes;
    boolean comes = queue.isEmpty() && drainer.isMoreComing();
    if (comes != promised) {
      moreComes = comes;
    }
    return promised && !comes;
  }

  /// An event that can't be polled yet, because the poster of one before it is between its two steps,
  /// was posted all the same: nobody may find the engine quiet whose run waits behind it. That poster
  /// has still to raise the count, so a drain follows.
  private void settleIfEmpty() {
    if (queue.isEmpty()) {
      drainer.idle();
    }
  }

  /// Hands what is left, and the count that answers for it, to the executor.
  ///
  /// @return false if it was not taken, as when no thread can be started: this thread has to go on
  private boolean leaveRest(long missed) {
    Rest rest = new Rest(missed);
    try {
      executor.execute(rest);
      return true;
    } catch (Throwable failure) {
      return !rest.take();
    }
  }

  /// What a drain has left. Taken once: an executor that fails may have queued it all the same.
  private final class Rest implements Runnable {
    private final long counted;
    private final AtomicBoolean taken = new AtomicBoolean();

    Rest(long counted) {
      this.counted = counted;
    }

    boolean take() {
      return taken.compareAndSet(false, true);
    }

    @Override
    public void run() {
      if (take()) {
        drain(counted);
      }
    }
  }
}
