package io.sluice.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Begins items on one thread of its own, which holds on to none of them: its workers are places,
/// not threads. The thread must not block, and is called after the pool: `sluice-<name>`. It ends when
/// it has had nothing to begin for a while.
///
/// **Bound.** At most one item a worker, which the scheduler keeps to; so the queue is never longer
/// than the pool is wide.
///
/// **Order.** Items are begun in the order of dispatch. One that ends while it is begun brings
/// about the next dispatch on the pool's own thread, which only queues it: no depth of stack.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `held` | who dispatches, who ends an item | atomic; the executor counts as one |
final class AsyncPool implements WorkerPool {
  private static final Logger LOG = LoggerFactory.getLogger(AsyncPool.class);
  private static final long IDLE_SECONDS = 5;

  private final String name;
  private final WorkerIdentity[] identities;
  private final ThreadPoolExecutor thread;
  private final AtomicLong held = new AtomicLong(1);
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  AsyncPool(String name, int workerCount) {
    this.name = name;
    this.identities = new WorkerIdentity[workerCount];
    for (int i = 0; i < workerCount; i++) {
      identities[i] = new WorkerIdentity(name, i);
    }
    this.thread = new Starter(new WorkerThreads(ThreadKind.COMPUTE));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int workerCount() {
    return identities.length;
  }

  @Override
  public void dispatch(int worker, Work work) {
    Item item = new Item(work, identities[worker]);
    held.incrementAndGet();
    try {
      queue(item);
    } catch (RuntimeException | OutOfMemoryError failure) {
      // It may be queued all the same, and is begun then: by the next thread that can be had.
      if (item.take()) {
        letGo();
        throw refusal(failure);
      }
    }
  }

  /// What takes the executor's lock and nothing else; see [ParkingPlaces].
  private void queue(Item item) {
    thread.execute(item);
  }

  private RejectedExecutionException refusal(Throwable failure) {
    return new RejectedExecutionException(
        thread.isShutdown()
            ? "pool '" + name + "' is closed"
            : "no thread could be started for pool '" + name + "'",
        failure);
  }

  /// Whoever waits for the end may be told here, so the lock of the executor is no excuse any more.
  private void letGo() {
    if (held.decrementAndGet() == 0) {
      terminated.complete(null);
    }
  }

  /// Cancels the item, if it can be cancelled and is on its way.
  @Override
  public boolean interrupt(Work work) {
    return work instanceof AsyncWork async && async.cancel();
  }

  /// There is no thread to replace: an item that is asked to stop is cancelled, which ends it.
  @Override
  public boolean replace(Work work) {
    return false;
  }

  @Override
  public void close() {
    thread.shutdown();
  }

  @Override
  public CompletionStage<Void> terminated() {
    return terminated.minimalCompletionStage();
  }

  /// One item on its way: begun once, ended once.
  private final class Item implements Runnable {
    private final Work work;
    private final WorkerIdentity worker;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    Item(Work work, WorkerIdentity worker) {
      this.work = work;
      this.worker = worker;
    }

    boolean take() {
      return taken.compareAndSet(false, true);
    }

    @Override
    public void run() {
      if (!take()) {
        return;
      }
      if (work instanceof AsyncWork async) {
        async.whenEnded(this::end);
        begin();
      } else {
        begin();
        end();
      }
    }

    private void begin() {
      worker.bindToThread();
      try {
        work.runOn(worker);
      } catch (Throwable bug) {
        report(bug);
      } finally {
        WorkerIdentity.unbindFromThread();
      }
    }

    private void end() {
      if (ended.compareAndSet(false, true)) {
        try {
          work.afterRun(worker);
        } catch (Throwable bug) {
          report(bug);
        } finally {
          letGo();
        }
      }
    }

    private void report(Throwable bug) {
      LOG.error("{} threw on worker {}; this is a bug in Sluice", work, worker.name(), bug);
    }
  }

  /// The one thread. Ends when idle, and for good when the pool is closed and nothing is queued.
  private final class Starter extends ThreadPoolExecutor {
    Starter(WorkerThreads threads) {
      super(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          loop -> threads.newThread(name, () -> loop(loop)));
      allowCoreThreadTimeOut(true);
    }

    /// Between the items, where the thread waits for the next one.
    private static void loop(Runnable loop) {
      loop.run();
    }

    @Override
    protected void terminated() {
      letGo();
    }
  }
}
