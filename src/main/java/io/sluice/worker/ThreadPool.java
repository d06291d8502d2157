package io.sluice.worker;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntConsumer;

/// Runs items on threads of its own.
///
/// **Order.** An item is stored before `closed` is read, and a worker reads `closed` before it looks
/// for its last item: an item whose dispatcher saw the pool open is found.
final class ThreadPool implements WorkerPool {
  private final String name;
  private final PoolLifetime lifetime;
  private final Crew crew;

  ThreadPool(ThreadKind kind, String name, int workerCount, IntConsumer onHeldUp) {
    this.name = name;
    this.lifetime = new PoolLifetime(workerCount);
    this.crew = new Crew(name, workerCount, kind, lifetime, onHeldUp);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int workerCount() {
    return crew.size();
  }

  @Override
  public void dispatch(int index, Work work) {
    Worker worker = crew.get(index);
    boolean stealable = work.isStealable();
    if (!worker.inbox.put(work, stealable)) {
      throw new IllegalStateException(
          "worker " + worker + " has an item already; this is a bug in Sluice");
    }
    if (lifetime.isClosed()) {
      refuse(worker, work);
    } else {
      notify(worker, work, stealable);
    }
  }

  private void notify(Worker worker, Work work, boolean stealable) {
    switch (worker.status.get()) {
      case SEARCHING -> {}
      case NEW, PARKED -> wake(worker, work);
      case RUNNING -> {
        if (stealable) {
          crew.watch.ensure();
        }
      }
      case AWAY -> {
        if (stealable || crew.leftBehind(worker)) {
          callForHelp();
        }
      }
      case ENDED -> refuse(worker, work);
    }
  }

  private void wake(Worker worker, Work work) {
    if (!tryWake(worker, work) && worker.status.get() == WorkerState.ENDED) {
      refuse(worker, work);
    }
  }

  private boolean tryWake(Worker worker, Work work) {
    try {
      return crew.wake(worker);
    } catch (RejectedExecutionException noThread) {
      if (worker.inbox.retract(work)) {
        throw noThread;
      }
      return true;
    }
  }

  /// A worker of the pool looks around itself when it is done, which may be at once; the watch is for
  /// the case that it isn't. Nobody else will look.
  private void callForHelp() {
    if (crew.isCaller()) {
      crew.watch.ensure();
    } else {
      crew.rouse();
    }
  }

  /// Unless a worker has it already: then the item came in time.
  private void refuse(Worker worker, Work work) {
    if (worker.inbox.retract(work)) {
      throw new RejectedExecutionException("pool '" + name + "' is closed");
    }
  }

  /// Not one of virtual threads, which cost next to nothing to wake.
  @Override
  public boolean canWatch() {
    return workerCount() > 1 && crew.canWatch();
  }

  @Override
  public boolean isAtHand(int worker) {
    return !crew.get(worker).status.get().isInsideItem();
  }

  @Override
  public void watch() {
    crew.keepEyeOnBusy();
  }

  @Override
  public boolean interrupt(Work work) {
    for (int i = 0; i < crew.size(); i++) {
      if (crew.get(i).interrupt(work)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean replace(Work work) {
    for (int i = 0; i < crew.size(); i++) {
      if (crew.replace(crew.get(i), work)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    if (lifetime.close()) {
      crew.close();
    }
  }

  @Override
  public CompletionStage<Void> terminated() {
    return lifetime.terminated();
  }
}
