package io.sluice.test;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/// Time that passes only when a test says so: a Reactor scheduler for `SluiceBuilder.timers(...)`, and
/// for operators such as `delayElements(duration, time)`.
///
/// What is due runs on the thread that lets time pass, in the order of its time and of its scheduling;
/// what is due at once runs on the thread that schedules it. If one of these runs already, it takes on
/// the rest: nothing runs inside something else.
///
/// **Threads.** Any.
public final class VirtualTime implements Scheduler {
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final AtomicInteger work = new AtomicInteger();

  /// Up to when time may pass.
  private final AtomicLong targetNs = new AtomicLong();

  private volatile long nowNs;
  private volatile boolean disposed;
  private long nextPlace;

  private VirtualTime() {}

  /// Time that stands at 0.
  public static VirtualTime create() {
    return new VirtualTime();
  }

  /// Lets so much time pass, and runs what falls due.
  ///
  /// @throws IllegalArgumentException if it is negative
  public void advanceBy(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("time does not go back, was asked for " + duration);
    }
    targetNs.addAndGet(duration.toNanos());
    runDue();
  }

  /// Lets time pass until the next timer, and runs what falls due then.
  ///
  /// @return false if there is no timer
  public boolean advanceToNext() {
    Optional<Duration> wait = untilNext();
    wait.ifPresent(this::advanceBy);
    return wait.isPresent();
  }

  /// How long it is until the next timer; empty if there is none.
  public synchronized Optional<Duration> untilNext() {
    Timer next = timers.peek();
    return next == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.max(0, next.dueNs - targetNs.get())));
  }

  /// How much time has passed.
  public Duration elapsed() {
    return Duration.ofNanos(nowNs);
  }

  @Override
  public long now(TimeUnit unit) {
    return unit.convert(nowNs, TimeUnit.NANOSECONDS);
  }

  private void runDue() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      runUntil(targetNs.get());
      missed = work.addAndGet(-missed);
    } while (missed != 0);
  }

  private void runUntil(long endNs) {
    for (Timer next = takeDue(endNs); next != null; next = takeDue(endNs)) {
      nowNs = Math.max(nowNs, next.dueNs);
      next.call();
    }
    nowNs = endNs;
  }

  private synchronized @Nullable Timer takeDue(long endNs) {
    Timer next = timers.peek();
    return next == null || next.dueNs > endNs ? null : timers.poll();
  }

  @Override
  public Disposable schedule(Runnable task) {
    return schedule(task, 0, TimeUnit.NANOSECONDS);
  }

  @Override
  public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
    return add(new Timer(task, unit.toNanos(delay), 0, null));
  }

  @Override
  public Disposable schedulePeriodically(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return add(
        new Timer(task, unit.toNanos(initialDelay), Math.max(1, unit.toNanos(period)), null));
  }

  private Timer add(Timer timer) {
    if (disposed) {
      throw new RejectedExecutionException("this time was disposed of; it takes no more tasks");
    }
    enqueue(timer, timer.waitNs);
    runDue();
    return timer;
  }

  private synchronized void enqueue(Timer timer, long waitNs) {
    if (!timer.disposed) {
      timer.dueNs = later(waitNs);
      timer.place = nextPlace++;
      timers.add(timer);
    }
  }

  private long later(long waitNs) {
    long due = nowNs + Math.max(0, waitNs);
    return due < nowNs ? Long.MAX_VALUE : due;
  }

  private synchronized void remove(Timer timer) {
    timers.remove(timer);
  }

  @Override
  public Worker createWorker() {
    return new TimeWorker();
  }

  @Override
  public boolean isDisposed() {
    return disposed;
  }

  /// Forgets all timers and takes no more.
  @Override
  public synchronized void dispose() {
    disposed = true;
    timers.clear();
  }

  @Override
  public String toString() {
    return "virtual time at " + elapsed();
  }

  /// What is to run at a time; in the queue until then.
  private final class Timer implements Disposable, Comparable<Timer> {
    private final Runnable task;
    private final long waitNs;

    /// 0 for once.
    private final long periodNs;

    private final @Nullable TimeWorker worker;
    private long dueNs;
    private long place;
    private volatile boolean disposed;

    Timer(Runnable task, long waitNs, long periodNs, @Nullable TimeWorker worker) {
      this.task = task;
      this.waitNs = waitNs;
      this.periodNs = periodNs;
      this.worker = worker;
    }

    void call() {
      if (disposed) {
        return;
      }
      try {
        task.run();
      } finally {
        again();
      }
    }

    private void again() {
      if (periodNs > 0) {
        enqueue(this, periodNs);
      } else {
        dispose();
      }
    }

    @Override
    public boolean isDisposed() {
      return disposed;
    }

    @Override
    public void dispose() {
      disposed = true;
      remove(this);
      if (worker != null) {
        worker.forget(this);
      }
    }

    @Override
    public int compareTo(Timer other) {
      int byTime = Long.compare(dueNs, other.dueNs);
      return byTime != 0 ? byTime : Long.compare(place, other.place);
    }
  }

  /// What an operator schedules, so that it can end all of it.
  private final class TimeWorker implements Worker {
    private final Set<Timer> own = new HashSet<>();
    private boolean ended;

    @Override
    public Disposable schedule(Runnable task) {
      return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      return keep(new Timer(task, unit.toNanos(delay), 0, this));
    }

    @Override
    public Disposable schedulePeriodically(
        Runnable task, long initialDelay, long period, TimeUnit unit) {
      return keep(
          new Timer(task, unit.toNanos(initialDelay), Math.max(1, unit.toNanos(period)), this));
    }

    private Timer keep(Timer timer) {
      synchronized (own) {
        if (ended) {
          throw new RejectedExecutionException("this worker was disposed of");
        }
        own.add(timer);
      }
      return add(timer);
    }

    void forget(Timer timer) {
      synchronized (own) {
        own.remove(timer);
      }
    }

    @Override
    public boolean isDisposed() {
      synchronized (own) {
        return ended;
      }
    }

    @Override
    public void dispose() {
      Set<Timer> left;
      synchronized (own) {
        ended = true;
        left = Set.copyOf(own);
      }
      left.forEach(Timer::dispose);
    }
  }
}
