package io.sluice.worker.process;

import io.sluice.config.ProcessOptions;
import io.sluice.config.WakeUp;
import io.sluice.error.ConfigurationException;
import io.sluice.memory.SharedRegion;
import io.sluice.task.KernelDirectory;
import io.sluice.worker.Work;
import io.sluice.worker.WorkerIdentity;
import io.sluice.worker.WorkerPool;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs items in child processes.
///
/// No process starts before the first item; then all do, so that they share one time in which to start.
/// An item is written into a frame of its worker's child by the thread that dispatches it, without a
/// hand-over; its end is reported by the pool's one [Watcher].
///
/// **Threads.** The watcher and its deputy, one that logs, and for each child one that waits for its end and
/// two that read what it prints.
///
/// **Bound.** A child holds as many items as it has frames; what more comes waits here, which the scheduler
/// keeps to as many as it stages.
public final class ProcessPool implements WorkerPool {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessPool.class);

  private final String name;
  private final Seat[] seats;
  private final Signal signal;
  private final Watcher watcher;
  private final OutputLog output;
  private final Children children;
  private final WakeUp wakeUp;
  private final AtomicBoolean started = new AtomicBoolean();
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();
  private volatile boolean closed;

  /// What a pool is made of.
  ///
  /// @param name by which tasks choose it
  /// @param workerCount how many children it has, at least 1
  /// @param options how they are started
  /// @param kernels what they can run
  public record Plan(
      String name, int workerCount, ProcessOptions options, KernelDirectory kernels) {}

  /// A pool that has no process yet.
  ///
  /// @param heap what its children map
  /// @throws io.sluice.error.ConfigurationException if native access is needed and missing
  /// @throws io.sluice.error.HeapUnavailableException if there is no room for the words that it shares with
  ///     its children
  public static ProcessPool create(Plan plan, SharedRegion heap) {
    if (heap.fileDescriptor().isEmpty()) {
      throw new ConfigurationException(
          "processes",
          "need /proc, through which children map the heap",
          "'" + plan.name() + "' on " + System.getProperty("os.name"),
          "use threads(...) here");
    }
    return new ProcessPool(plan, heap, Waiter.of(plan.options().wakeUp()));
  }

  private ProcessPool(Plan plan, SharedRegion heap, Waiter waiter) {
    this.name = plan.name();
    this.wakeUp = waiter.kind();
    this.signal = Signal.create(waiter);
    this.output = new OutputLog("sluice-" + name + "-output");
    this.seats = new Seat[plan.workerCount()];
    Launcher launcher =
        new Launcher(
            plan.options(),
            plan.kernels(),
            new ChildArguments.Regions(
                heap.fileDescriptor().orElseThrow(), heap.capacityBytes(), signal.descriptor()),
            wakeUp);
    this.children = new Children(this, seats, new Nursery(this, plan, launcher, waiter));
    this.watcher = new Watcher("sluice-" + name + "-watch", children, signal);
    for (int i = 0; i < seats.length; i++) {
      WorkerIdentity identity = new WorkerIdentity(name, i, name + "-" + i);
      seats[i] = new Seat(identity, new SeatLife(), children);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int workerCount() {
    return seats.length;
  }

  /// How its children are woken.
  public WakeUp wakeUp() {
    return wakeUp;
  }

  @Override
  public long restartCount() {
    return children.restartCount();
  }

  @Override
  public long lostCount() {
    return children.lostCount();
  }

  /// @param work a [RemoteWork]
  @Override
  public void dispatch(int worker, Work work) {
    Seat seat = seats[worker];
    Item item = new Item((RemoteWork) work, seat);
    seat.load.incrementAndGet();
    if (closed) {
      seat.load.decrementAndGet();
      throw new RejectedExecutionException("pool '" + name + "' is closed");
    }
    ensureStarted(seat);
    item.work.accepted(item);
    seat.put(item);
    if (!children.isLive(worker)) {
      signal.raise();
    }
  }

  private void ensureStarted(Seat seat) {
    if (started.compareAndSet(false, true)) {
      try {
        watcher.report(this::logStart);
        output.start();
        watcher.start();
      } catch (OutOfMemoryError noThread) {
        started.set(false);
        seat.load.decrementAndGet();
        throw new RejectedExecutionException(
            "no thread could be started for pool '" + name + "'", noThread);
      }
    }
  }

  private void logStart() {
    LOG.info("pool '{}' starts {} process(es), woken by {}", name, seats.length, wakeUp);
  }

  /// Stopping goes by [RemoteCall]: who holds the item has its own way to it.
  @Override
  public boolean interrupt(Work work) {
    return false;
  }

  /// Kills the child that is inside the item. No other takes its place before it was reaped, and by then
  /// the item has ended.
  @Override
  public boolean replace(Work work) {
    return false;
  }

  /// A user-owned tensor is gone; so are the children's mappings of it, soon.
  ///
  /// @param segment its number
  public void forget(long segment) {
    for (Seat seat : seats) {
      seat.command(() -> seat.forget(segment));
    }
  }

  @Override
  public void close() {
    closed = true;
    if (!started.compareAndSet(false, true)) {
      signal.raise();
    } else if (children.isIdle()) {
      end();
    } else {
      watcher.start();
    }
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public CompletionStage<Void> terminated() {
    return terminated.minimalCompletionStage();
  }

  Seat[] seats() {
    return seats;
  }

  Watcher watcher() {
    return watcher;
  }

  OutputLog output() {
    return output;
  }

  Signal signal() {
    return signal;
  }

  /// No child is left, and nothing will come.
  void end() {
    signal.close();
    output.end();
    terminated.complete(null);
  }
}
