package io.sluice.test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Reactor's schedulers without threads: what is scheduled waits until it is picked, in order within
/// one worker, in any order between workers. What is delayed waits for virtual time first.
///
/// **Threads.** Any may schedule; one picks.
final class Lanes implements Schedulers.Factory {
  private final OneThread thread;
  private final VirtualTime time;
  private final List<Lane> busy = new ArrayList<>();

  Lanes(OneThread thread, VirtualTime time) {
    this.thread = thread;
    this.time = time;
  }

  @Override
  public Scheduler newParallel(int parallelism, ThreadFactory threads) {
    return new LaneScheduler(false);
  }

  @Override
  public Scheduler newSingle(ThreadFactory threads) {
    return new LaneScheduler(true);
  }

  @Override
  public Scheduler newBoundedElastic(
      int threadCap, int queuedTaskCap, ThreadFactory threads, int ttlSeconds) {
    return new LaneScheduler(false);
  }

  @Override
  public Scheduler newThreadPerTaskBoundedElastic(
      int threadCap, int queuedTaskCap, ThreadFactory threads) {
    return new LaneScheduler(false);
  }

  /// How many lanes have something to do.
  synchronized int busyCount() {
    return busy.size();
  }

  /// Runs the first task of a lane.
  void run(int index) {
    take(index).run();
  }

  private synchronized Task take(int index) {
    Lane lane = busy.get(index);
    Task first = lane.tasks.remove();
    if (lane.tasks.isEmpty()) {
      busy.remove(lane);
    }
    return first;
  }

  private synchronized void add(Lane lane, Task task) {
    thread.check("a task for a Reactor scheduler");
    if (lane.tasks.isEmpty()) {
      busy.add(lane);
    }
    lane.tasks.add(task);
  }

  private Disposable schedule(Lane lane, Runnable action) {
    Task task = new Task(action);
    add(lane, task);
    return task;
  }

  private Disposable schedule(Lane lane, Runnable action, long delay, TimeUnit unit) {
    if (delay <= 0) {
      return schedule(lane, action);
    }
    Disposable.Swap pending = Disposables.swap();
    pending.update(time.schedule(() -> pending.update(schedule(lane, action)), delay, unit));
    return pending;
  }

  private Disposable repeat(Lane lane, Runnable action, long first, long period, TimeUnit unit) {
    return time.schedulePeriodically(() -> schedule(lane, action), first, period, unit);
  }

  private static final class Lane {
    final Deque<Task> tasks = new ArrayDeque<>();
  }

  private static final class Task implements Disposable {
    private final Runnable action;
    private volatile boolean disposed;

    Task(Runnable action) {
      this.action = action;
    }

    void run() {
      if (!disposed) {
        disposed = true;
        action.run();
      }
    }

    @Override
    public void dispose() {
      disposed = true;
    }

    @Override
    public boolean isDisposed() {
      return disposed;
    }
  }

  /// Tasks that no worker schedules have a lane each, unless there is one thread for all.
  private final class LaneScheduler implements Scheduler {
    private final Lane only = new Lane();
    private final boolean single;

    LaneScheduler(boolean single) {
      this.single = single;
    }

    private Lane lane() {
      return single ? only : new Lane();
    }

    @Override
    public long now(TimeUnit unit) {
      return time.now(unit);
    }

    @Override
    public Disposable schedule(Runnable action) {
      return Lanes.this.schedule(lane(), action);
    }

    @Override
    public Disposable schedule(Runnable action, long delay, TimeUnit unit) {
      return Lanes.this.schedule(lane(), action, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(
        Runnable action, long initialDelay, long period, TimeUnit unit) {
      return repeat(lane(), action, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
      return new LaneWorker(lane());
    }
  }

  private final class LaneWorker implements Scheduler.Worker {
    private final Lane lane;
    private final Disposable.Composite all = Disposables.composite();

    LaneWorker(Lane lane) {
      this.lane = lane;
    }

    private Disposable keep(Disposable scheduled) {
      if (!all.add(scheduled)) {
        throw new RejectedExecutionException("this worker was disposed of");
      }
      return scheduled;
    }

    @Override
    public Disposable schedule(Runnable action) {
      return keep(Lanes.this.schedule(lane, action));
    }

    @Override
    public Disposable schedule(Runnable action, long delay, TimeUnit unit) {
      return keep(Lanes.this.schedule(lane, action, delay, unit));
    }

    @Override
    public Disposable schedulePeriodically(
        Runnable action, long initialDelay, long period, TimeUnit unit) {
      return keep(repeat(lane, action, initialDelay, period, unit));
    }

    @Override
    public boolean isDisposed() {
      return all.isDisposed();
    }

    @Override
    public void dispose() {
      all.dispose();
    }
  }
}
