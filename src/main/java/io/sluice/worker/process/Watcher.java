package io.sluice.worker.process;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that looks after the children of a pool, and a deputy for the time in which it can't.
///
/// It looks around ([Rounds]), reports what has ended, and sleeps on the pool's [Signal]. Reporting drains
/// the scheduler and delivers to subscribers, which may take long, or block. So a deputy looks each 10 ms:
/// is the same report still going on, the deputy is the watcher from then on; the old one ends with its
/// report.
///
/// ```
///   role:  watching by n ─ report begins ─▶ reporting by n ─ report ends ─▶ watching by n
///                                                 │ a tick has passed
///                                                 ▼
///                                          watching by n + 1, the deputy
/// ```
///
/// **Confinement.** What [Rounds] touches belongs to who has the role; `role` hands it over.
final class Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
  private static final long TICK_NS = 10_000_000;
  private static final int IDLE_TICKS = 100;

  /// What the watcher does each time that it wakes.
  interface Rounds {
    /// Whether there was something.
    boolean lookAround();

    /// For how long it may sleep if there was nothing.
    long sleepNs();

    /// Whether nothing will come any more.
    boolean isOver();

    /// The last thing, once.
    void ended();
  }

  private final String name;
  private final Rounds rounds;
  private final Signal signal;
  private final Queue<Runnable> reports = new ConcurrentLinkedQueue<>();

  private final int first;
  private final WatchRole role;

  private volatile boolean over;
  private volatile boolean deputySleeps;
  private volatile Thread deputy;

  Watcher(String name, Rounds rounds, Signal signal) {
    this(name, rounds, signal, 0, new WatchRole(0, 0));
  }

  /// @param first the number of the first thread, which has the role
  Watcher(String name, Rounds rounds, Signal signal, int first, WatchRole role) {
    this.first = first;
    this.role = role;
    this.name = name;
    this.rounds = rounds;
    this.signal = signal;
    this.deputy = Thread.currentThread();
  }

  /// @throws OutOfMemoryError if there is no thread to be had
  void start() {
    newThread(name, this::watchFirst).start();
  }

  private void watchFirst() {
    startDeputy(first + 1);
    watch(first);
  }

  private static Thread newThread(String name, Runnable loop) {
    Thread thread = new Thread(null, loop, name, 0, false);
    thread.setDaemon(true);
    return thread;
  }

  /// Where there is no thread to be had, nobody stands in for the watcher.
  private void startDeputy(int number) {
    Thread thread = newThread(name + "-deputy", () -> standBy(number));
    deputy = thread;
    try {
      thread.start();
    } catch (OutOfMemoryError noThread) {
      report(() -> LOG.warn("{} has no deputy: no thread could be started", name, noThread));
    }
  }

  /// To be reported by the watcher, or whoever stands in for it. Any thread; [Signal#raise] follows.
  void report(Runnable report) {
    reports.add(report);
  }

  private void watch(int number) {
    while (role.isHeldBy(number) && !over) {
      int seen = signal.read();
      boolean found = lookAround();
      found |= !reports.isEmpty();
      if (!reportAll(number)) {
        return;
      }
      if (rounds.isOver()) {
        over = true;
        LockSupport.unpark(deputy);
        rounds.ended();
      } else if (!found) {
        rest(seen);
      }
    }
  }

  private boolean lookAround() {
    try {
      return rounds.lookAround();
    } catch (Throwable bug) {
      reportBug(bug);
      return false;
    }
  }

  /// Where it can't sleep it pauses, so that it does not spin for a bug.
  private void rest(int seen) {
    try {
      signal.await(seen, rounds.sleepNs());
    } catch (Throwable bug) {
      reportBug(bug);
      LockSupport.parkNanos(this, TICK_NS);
    }
  }

  /// Any thread. Loggers are a user's, so it is a matter of reports.
  void reportBug(Throwable bug) {
    report(
        () ->
            LOG.error("{} failed to look after its processes; this is a bug in Sluice", name, bug));
  }

  /// Reports what there is; false if the role went to somebody else meanwhile.
  private boolean reportAll(int number) {
    for (Runnable next = reports.poll(); next != null; next = reports.poll()) {
      long inside = role.begin();
      if (deputySleeps) {
        LockSupport.unpark(deputy);
      }
      run(next);
      if (!role.end(inside)) {
        LOG.debug("{} was held up for long, and has a successor", name);
        return false;
      }
    }
    return role.isHeldBy(number);
  }

  /// A user's code may leave an interrupt behind, which is none of the next one's.
  private void run(Runnable report) {
    try {
      report.run();
    } catch (Throwable bug) {
      LOG.error("{} failed to report; this is a bug in Sluice", name, bug);
    } finally {
      var _ = Thread.interrupted();
    }
  }

  private void standBy(int number) {
    long before = role.look();
    int idleTicks = 0;
    while (!over) {
      idleTicks = sleep(idleTicks);
      long now = role.look();
      if (now == before && role.takeOver(now, number)) {
        Thread.currentThread().setName(name);
        startDeputy(number + 1);
        watch(number);
        return;
      }
      idleTicks = now == before && !WatchRole.isInReport(now) ? idleTicks + 1 : 0;
      before = now;
    }
  }

  /// A tick; without end if nothing has been reported for long.
  private int sleep(int idleTicks) {
    if (idleTicks < IDLE_TICKS) {
      LockSupport.parkNanos(this, TICK_NS);
      return idleTicks;
    }
    deputySleeps = true;
    if (!WatchRole.isInReport(role.look()) && !over) {
      LockSupport.park(this);
    }
    deputySleeps = false;
    return 0;
  }
}
