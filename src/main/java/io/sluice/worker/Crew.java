package io.sluice.worker;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The workers of one pool, as they see each other: who sleeps, behind whom an item lies, and who is not to
/// be counted on.
///
/// **Threads.** Any.
///
/// **Order.** `sleeperCount` is raised after a sleeper announced itself and before its last look. So
/// a dispatcher that has stored an item and then finds no sleeper will be seen by whoever sleeps
/// next.
final class Crew {
  private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

  final Watch watch = new Watch(this);

  private final WorkerThreads threads;
  private final PoolLifetime lifetime;
  private final Worker[] workers;
  private final AtomicInteger sleeperCount;

  /// One more than the highest worker that ever had a thread: no item lies behind the others.
  private final AtomicInteger startedUpTo = new AtomicInteger();

  /// Whether items ever wait outside for a worker that is busy.
  private volatile boolean tells;

  /// Whether some wait since a watcher left its watch last.
  private final AtomicBoolean awaited = new AtomicBoolean();

  private final IntConsumer onHeldUp;
  private final boolean canWatch;

  Crew(String pool, int workerCount, ThreadKind kind, PoolLifetime lifetime, IntConsumer onHeldUp) {
    this.onHeldUp = onHeldUp;
    this.canWatch = kind == ThreadKind.COMPUTE;
    this.threads = new WorkerThreads(kind);
    this.lifetime = lifetime;
    this.sleeperCount = new AtomicInteger(workerCount);
    this.workers = new Worker[workerCount];
    SpinBudget budget = kind == ThreadKind.VIRTUAL ? SpinBudget.NONE : SpinBudget.OF_PROCESS;
    for (int i = 0; i < workerCount; i++) {
      workers[i] = new Worker(new WorkerIdentity(pool, i), this, budget);
    }
  }

  int size() {
    return workers.length;
  }

  Worker get(int index) {
    return workers[index];
  }

  boolean isClosed() {
    return lifetime.isClosed();
  }

  /// Whether the calling thread is one of these workers.
  boolean isCaller() {
    WorkerIdentity current = WorkerIdentity.current();
    return current != null
        && current.index() < workers.length
        && workers[current.index()].isCaller();
  }

  void announceSleep(Worker worker) {
    worker.status.announceSleep();
    sleeperCount.getAndIncrement();
  }

  /// For the worker itself: its sleep is over, if nobody else has ended it.
  void wakeUp(Worker worker) {
    if (worker.status.wake()) {
      sleeperCount.getAndDecrement();
    }
  }

  /// Wakes or starts a worker.
  ///
  /// @return false if it doesn't sleep
  /// @throws RejectedExecutionException if there is no thread to be had; it sleeps as before
  boolean wake(Worker worker) {
    if (worker.status.wake()) {
      sleeperCount.getAndDecrement();
      worker.unpark();
      return true;
    }
    return worker.status.start() && start(worker);
  }

  private boolean start(Worker worker) {
    sleeperCount.getAndDecrement();
    startedUpTo.getAndAccumulate(worker.identity.index() + 1, Math::max);
    try {
      worker.start(threads);
    } catch (RejectedExecutionException noThread) {
      sleeperCount.getAndIncrement();
      worker.status.failedToStart();
      endIfClosed(worker);
      throw noThread;
    }
    return true;
  }

  private void endIfClosed(Worker worker) {
    if (isClosed()) {
      endOrWake(worker);
    }
  }

  boolean hasSleepers() {
    return sleeperCount.get() > 0;
  }

  /// Somebody to wake, one without a thread last; null if all are awake.
  @Nullable Worker findSleeper() {
    Worker unstarted = null;
    // From the end: the engine prefers low numbers, and the watch is best kept by who is asked
    // last.
    for (int i = workers.length - 1; i >= 0; i--) {
      WorkerState state = workers[i].status.get();
      if (state == WorkerState.PARKED) {
        return workers[i];
      }
      if (state == WorkerState.NEW) {
        unstarted = workers[i];
      }
    }
    return unstarted;
  }

  /// Wakes one sleeper, if there is one, to look for an item behind a busy worker.
  void rouse() {
    while (hasSleepers()) {
      Worker sleeper = findSleeper();
      if (sleeper == null || wakeToHelp(sleeper)) {
        return;
      }
    }
  }

  /// Whether that worker need not be woken again: it is, or can't be.
  boolean wakeToHelp(Worker sleeper) {
    try {
      return wake(sleeper);
    } catch (RejectedExecutionException noThread) {
      LOG.warn("{}; its items wait for other workers", noThread.getMessage(), noThread);
      return true;
    }
  }

  /// A worker inside an item, behind which another one waits that a thief could take.
  @Nullable Worker findHolder(Worker thief) {
    return findHolder(thief, WorkerState::isInsideItem);
  }

  private @Nullable Worker findHolder(Worker thief, Predicate<WorkerState> where) {
    int first = thief.identity.index();
    int count = startedUpTo.get();
    for (int i = 1; i < count; i++) {
      Worker holder = workers[(first + i) % count];
      // The item first: who sees it also sees that its worker was inside another one by then.
      if (holder.inbox.peekOpen() != null && where.test(holder.status.get())) {
        return holder;
      }
    }
    return null;
  }

  /// Takes an item from behind a worker that is away. One that runs comes back for its own: who is short of work
  /// would take the rest of a chain with it, and be short of work again when the first one takes that back.
  @Nullable Work steal(Worker thief) {
    for (Worker holder = findAway(thief); holder != null; holder = findAway(thief)) {
      Work work = holder.inbox.peekOpen();
      if (work != null && holder.inbox.takeOpen(work)) {
        thief.workFor(holder);
        return work;
      }
    }
    return null;
  }

  private @Nullable Worker findAway(Worker thief) {
    return findHolder(thief, state -> state == WorkerState.AWAY);
  }

  /// Whether some other worker could get held up with an item behind it.
  boolean hasLively(Worker except) {
    for (int i = startedUpTo.get() - 1; i >= 0; i--) {
      if (workers[i] != except && workers[i].status.get().isLively()) {
        return true;
      }
    }
    return false;
  }

  /// Marks those who are still inside the item of the last tick.
  void markThoseHeldUp() {
    for (int i = startedUpTo.get() - 1; i >= 0; i--) {
      workers[i].markAwayIfHeldUp();
    }
  }

  boolean canWatch() {
    return canWatch;
  }

  /// Items wait outside for one that is busy, from now on again and again.
  ///
  /// **Order.** It says so and then looks at the workers; who marks one away, or leaves an item behind it,
  /// looks whether it was said then. So one of them sees to it that a sleeper tells; if all are awake, who
  /// goes to sleep next looks before. Nothing is told here: who tells may drain, and run a subscriber.
  void keepEyeOnBusy() {
    if (!tells) {
      tells = true;
    }
    if (!awaited.get()) {
      awaited.set(true);
    }
    watch.ensure();
    if (hasToTell()) {
      rouse();
    }
  }

  /// An item for this worker alone was put behind one that it is away in. Who was told of the earlier one may
  /// have thought the worker idle then, and counts on it now.
  ///
  /// @return whether somebody has to tell
  boolean leftBehind(Worker worker) {
    worker.leftBehind();
    return tells;
  }

  /// Whether items ever wait outside, and somebody is not to be counted on of whom nobody was told so.
  boolean hasToTell() {
    for (int i = tells ? startedUpTo.get() - 1 : -1; i >= 0; i--) {
      if (workers[i].isToBeTold()) {
        return true;
      }
    }
    return false;
  }

  /// For a watcher that has left its watch: whether somebody relied on it for items outside.
  boolean takeAwaited() {
    return awaited.get() && awaited.getAndSet(false);
  }

  /// Tells of those who are not to be counted on, if items ever wait outside.
  void tellHeldUp() {
    for (int i = tells ? startedUpTo.get() - 1 : -1; i >= 0; i--) {
      if (workers[i].isHeldUpUntold()) {
        onHeldUp.accept(workers[i].worksFor());
      }
      if (workers[i].isLeftBehindUntold()) {
        onHeldUp.accept(i);
      }
    }
  }

  /// After [PoolLifetime#close]: all that sleep come to see it.
  void close() {
    for (Worker worker : workers) {
      endOrWake(worker);
    }
  }

  private void endOrWake(Worker worker) {
    if (worker.status.endBeforeStart()) {
      lifetime.workerEnded();
    } else if (worker.status.isParked()) {
      wake(worker);
    }
  }

  /// Puts another thread in the place of the one inside this item, if it is this worker's.
  boolean replace(Worker worker, Work work) {
    return !isClosed() && worker.replace(work, threads);
  }

  void threadAdded() {
    lifetime.threadAdded();
  }

  void lostThreadEnded() {
    lifetime.workerEnded();
  }

  void ended(Worker worker) {
    worker.status.end();
    lifetime.workerEnded();
  }
}
