package io.sluice.worker;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One worker's duty cycle: run what lies in its inbox; spin for a moment; take what lies behind a
/// worker that is held up; sleep.
///
/// An item handed to a worker that sleeps or searches is left to it. So a worker which stole once
/// doesn't keep the rest of the chain: its next item wakes the one that it is for.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `inbox`, `status`, `gate` | shared | their own |
/// | `itemCount` | its thread | opaque; the watcher compares |
/// | `worksFor` | its thread | plain; read by those who saw it away |
/// | `toldCount` | who tells | exchange |
/// | `leftBehind` | who puts an item there, who tells | volatile; exchange |
/// | `countSeen` | the watcher | plain, handed over with the watch |
/// | `thread` | who starts it | plain; read by those who saw the worker parked or in an item |
/// | `gate` | who starts a thread | volatile |
///
/// A worker outlives a thread that was replaced: the old one, with its own gate, only ends the item
/// that it is inside, and touches nothing of the worker behind that.
final class Worker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  final WorkerIdentity identity;
  final Inbox inbox = new Inbox();
  final WorkerStatus status = new WorkerStatus();

  private final Crew crew;
  private final Spinner spinner;
  private volatile InterruptGate gate = new InterruptGate();
  private final AtomicLong itemCount = new AtomicLong();
  private long countSeen;

  /// The item of which it was told that it is held up.
  private final AtomicLong toldCount = new AtomicLong(-1);

  /// Whether an item for it alone was put behind one that it is away in, and nobody was told.
  private final AtomicBoolean leftBehind = new AtomicBoolean();

  private int worksFor;
  private @Nullable Thread thread;

  Worker(WorkerIdentity identity, Crew crew, SpinBudget budget) {
    this.identity = identity;
    this.crew = crew;
    this.spinner = new Spinner(budget);
  }

  @Override
  public void run() {
    InterruptGate own = gate;
    identity.bindToThread();
    own.bind(Thread.currentThread());
    try {
      Work work = first();
      while (work != null) {
        execute(work, own);
        work = own.isLost() ? null : next();
      }
    } finally {
      WorkerIdentity.unbindFromThread();
      end(own);
    }
  }

  private void end(InterruptGate own) {
    if (own.isLost()) {
      crew.lostThreadEnded();
    } else {
      crew.ended(this);
    }
  }

  /// It may have been started to keep the watch, and then been given an item.
  private @Nullable Work first() {
    Work own = takeOwn();
    if (own == null) {
      return search();
    }
    crew.watch.leave(this);
    return own;
  }

  private @Nullable Work next() {
    Work own = takeOwn();
    return own != null ? own : search();
  }

  private @Nullable Work takeOwn() {
    Work work = inbox.take();
    if (work != null) {
      worksFor = identity.index();
      countItem();
      status.runOwn();
    }
    return work;
  }

  /// Before it says that it runs: who sees that, and marks it away, tells of this item and not of the last.
  private void countItem() {
    itemCount.setOpaque(itemCount.getPlain() + 1);
  }

  /// The next item, or null once the pool is closed and nothing is left to do.
  private @Nullable Work search() {
    status.search();
    Work work;
    do {
      boolean closed = crew.isClosed();
      work = searchOnce();
      if (work == null && closed) {
        return null;
      }
    } while (work == null);
    crew.watch.leave(this);
    return work;
  }

  private @Nullable Work searchOnce() {
    Work work = awaitBriefly();
    return work != null ? work : sleep();
  }

  /// Spins, and takes what lay behind another worker before and still lies there afterwards. What was
  /// only just put there is left to its worker, who would lose the rest of a chain with it.
  private @Nullable Work awaitBriefly() {
    Worker holder = crew.findHolder(this);
    Work seen = holder == null ? null : holder.inbox.peekOpen();
    hesitate(seen != null);
    Work own = takeOwn();
    if (own != null || seen == null || holder == null || !holder.inbox.takeOpen(seen)) {
      return own;
    }
    workFor(holder);
    return stolen(seen);
  }

  @SuppressWarnings("ThreadPriorityCheck") // A courtesy to the item's worker; nothing relies on it.
  private void hesitate(boolean overSomething) {
    if (!spinner.await(inbox) && overSomething) {
      Thread.yield();
    }
  }

  /// Says that it is away, and then looks: what came for it meanwhile is now behind a busy worker.
  private Work stolen(Work work) {
    countItem();
    status.goAway();
    if (inbox.peekOpen() != null) {
      crew.rouse();
    } else if (!inbox.isEmpty()) {
      leftBehind.set(true);
    }
    return work;
  }

  /// Goes to tell as if that were an item, which nobody need be told of: a drain and a subscriber may follow
  /// from it, and neither the watch nor what is dispatched to it must wait for these.
  private Work goToTell() {
    worksFor = identity.index();
    toldCount.set(itemCount.getPlain() + 1);
    return stolen(Telling.INSTANCE);
  }

  /// Sleeps until it is woken, or until a last look finds something to take.
  private @Nullable Work sleep() {
    crew.announceSleep(this);
    Work found = lastLook();
    while (found == null && mayPark()) {
      crew.watch.park(this);
      found = lastLook();
    }
    crew.wakeUp(this);
    if (found == null) {
      return takeOwn();
    }
    return found == Telling.INSTANCE ? goToTell() : stolen(found);
  }

  private @Nullable Work lastLook() {
    if (!inbox.isEmpty()) {
      return null;
    }
    Work work = crew.steal(this);
    return work == null && crew.hasToTell() ? Telling.INSTANCE : work;
  }

  private boolean mayPark() {
    return status.isParked() && inbox.isEmpty() && !crew.isClosed();
  }

  /// For its own thread. An interrupt from outside has no addressee here, and would turn each sleep
  /// that follows into a spin.
  void park() {
    LockSupport.park(this);
    Thread.interrupted();
  }

  void park(long nanos) {
    LockSupport.parkNanos(this, nanos);
    Thread.interrupted();
  }

  private void execute(Work work, InterruptGate own) {
    if (status.isAway()) {
      crew.tellHeldUp();
    }
    runKernel(work, own);
    runRest(work);
    Thread.interrupted();
  }

  private void runKernel(Work work, InterruptGate own) {
    own.enter(work);
    try {
      work.runOn(identity);
    } catch (Throwable bug) {
      report(work, bug);
    } finally {
      own.leave(work);
    }
  }

  private void runRest(Work work) {
    try {
      work.afterRun(identity);
    } catch (Throwable bug) {
      report(work, bug);
    }
  }

  private void report(Work work, Throwable bug) {
    try {
      LOG.error("{} threw on worker {}; this is a bug in Sluice", work, identity.name(), bug);
    } catch (Throwable ignored) {
      // The error may be one that a logger can't survive either. The worker must.
    }
  }

  /// For whoever woke it.
  void unpark() {
    LockSupport.unpark(thread);
  }

  /// For whoever took it from `NEW`.
  ///
  /// @throws RejectedExecutionException if there is no thread to be had
  void start(WorkerThreads threads) {
    try {
      Thread started = threads.newThread(identity.name(), this);
      thread = started;
      started.start();
    } catch (Throwable cause) {
      throw new RejectedExecutionException(
          "no thread could be started for worker " + identity.name(), cause);
    }
  }

  /// Starts another thread in the place of the one that is inside this item; the status is the new
  /// one's from here on, which looks around before it sleeps.
  ///
  /// @return false if none is inside it, or no thread can be started
  boolean replace(Work work, WorkerThreads threads) {
    InterruptGate inside = gate;
    return inside.lose(work, () -> startSuccessor(inside, threads));
  }

  private boolean startSuccessor(InterruptGate lost, WorkerThreads threads) {
    Thread before = thread;
    gate = new InterruptGate();
    status.search();
    crew.threadAdded();
    try {
      start(threads);
      return true;
    } catch (RejectedExecutionException noThread) {
      LOG.warn("{}; it stays taken until its kernel returns", noThread.getMessage(), noThread);
      crew.lostThreadEnded();
      thread = before;
      gate = lost;
      status.goAway();
      return false;
    }
  }

  /// The item that it goes to run was this one's.
  void workFor(Worker holder) {
    worksFor = holder.identity.index();
  }

  /// Whose item it runs, by index.
  int worksFor() {
    return worksFor;
  }

  /// Whether it is away, and nobody was told so of this item.
  boolean isHeldUpUntold() {
    long count = itemCount.getOpaque();
    return status.isAway() && toldCount.getAndSet(count) != count;
  }

  /// An item that only it may take lies behind one that it is away in.
  void leftBehind() {
    leftBehind.set(true);
  }

  /// Whether such an item does, and nobody was told.
  boolean isLeftBehindUntold() {
    return leftBehind.get() && leftBehind.getAndSet(false) && status.isAway() && !inbox.isEmpty();
  }

  /// Whether either is to be told, left as it is.
  boolean isToBeTold() {
    return status.isAway() && (toldCount.get() != itemCount.getOpaque() || leftBehind.get());
  }

  boolean isCaller() {
    return Thread.currentThread() == thread;
  }

  boolean interrupt(Work work) {
    return gate.interrupt(work);
  }

  /// For the watcher, once a tick: a worker that is still inside the item of the last tick is away.
  void markAwayIfHeldUp() {
    long count = itemCount.getOpaque();
    if (count == countSeen) {
      status.markAway();
    }
    countSeen = count;
  }

  @Override
  public String toString() {
    return identity.name();
  }
}
