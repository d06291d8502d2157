package io.sluice.worker.process;

import io.sluice.error.WorkerStartException;
import io.sluice.worker.process.SeatLife.Phase;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings children up, sees them off, and decides when there is to be another.
///
/// **Budget.** All children of a pool are launched at the same time and share one time to start, attempts
/// that fail included. After three attempts, or that time, what waits for the seat fails with the reason,
/// unless another seat can take it; the next item brings about one attempt more.
///
/// **Back-off.** That of [SeatLife].
///
/// **Confinement.** The watcher, but for the thread of each child, which launches it and waits for its end; it
/// only leaves notes.
final class Nursery {
  private static final Logger LOG = LoggerFactory.getLogger(Nursery.class);

  /// For how long a child may take to end by itself, and its output to be read behind its end.
  private static final long END_NS = 2_000_000_000;

  private static final long OUTPUT_NS = 1_000_000_000;

  private final ProcessPool pool;
  private final ProcessPool.Plan plan;
  private final Launcher launcher;
  private final Waiter waiter;
  private final byte[] digest;

  /// The watcher writes.
  private final AtomicLong restartCount = new AtomicLong();

  private final Queue<Runnable> notes = new ConcurrentLinkedQueue<>();

  Nursery(ProcessPool pool, ProcessPool.Plan plan, Launcher launcher, Waiter waiter) {
    this.pool = pool;
    this.plan = plan;
    this.launcher = launcher;
    this.waiter = waiter;
    this.digest = plan.kernels().digest();
  }

  /// Children that died while they were up, and are started again. Any thread.
  long restartCount() {
    return restartCount.get();
  }

  long heartbeatNs() {
    return plan.options().heartbeat().toNanos();
  }

  /// Does what is due; whether there was something.
  boolean attend(Seat[] seats, long nowNs) {
    boolean found = false;
    for (Runnable note = notes.poll(); note != null; note = notes.poll()) {
      note.run();
      found = true;
    }
    boolean isNeeded = isAnyLoaded(seats);
    for (Seat seat : seats) {
      attend(seat, nowNs, isNeeded);
    }
    return found;
  }

  private static boolean isAnyLoaded(Seat[] seats) {
    for (Seat seat : seats) {
      if (seat.load.get() > 0) {
        return true;
      }
    }
    return false;
  }

  private void attend(Seat seat, long nowNs, boolean isNeeded) {
    switch (seat.life.phase) {
      case NONE -> attendNone(seat, nowNs, isNeeded);
      case DUE -> attendDue(seat, nowNs);
      case STARTING -> attendStarting(seat, nowNs);
      case LIVE -> attendLive(seat, nowNs);
      case LAUNCHING, ENDED -> {}
    }
  }

  /// The first item for any seat starts all of them; after a failure only an item for the seat does.
  private void attendNone(Seat seat, long nowNs, boolean isNeeded) {
    SeatLife life = seat.life;
    if (seat.load.get() > 0 || (isNeeded && life.failedStarts == 0 && !pool.isClosed())) {
      life.wanted(nowNs);
      attendDue(seat, nowNs);
    } else if (pool.isClosed()) {
      life.phase = Phase.ENDED;
    }
  }

  private void attendDue(Seat seat, long nowNs) {
    SeatLife life = seat.life;
    if (pool.isClosed() && seat.load.get() == 0) {
      life.phase = Phase.ENDED;
    } else if (nowNs - life.dueNs >= 0) {
      life.launching(nowNs);
      startLaunch(seat);
    }
  }

  private void startLaunch(Seat seat) {
    Thread launch =
        new Thread(null, () -> launch(seat), "sluice-" + seat.identity.name() + "-life", 0, false);
    launch.setDaemon(true);
    try {
      launch.start();
    } catch (OutOfMemoryError noThread) {
      note(() -> startFailed(seat, "no thread could be started: " + noThread, List.of()));
    }
  }

  /// On a thread of its own, until the process has ended: making one takes milliseconds, and the system kills
  /// a child when the thread ends that started it.
  private void launch(Seat seat) {
    try {
      Mailbox mailbox = Mailbox.create(plan.options().pipelineDepth(), digest, waiter);
      try {
        launch(seat, mailbox);
      } catch (IOException | RuntimeException | Error failure) {
        mailbox.close();
        throw failure;
      }
    } catch (IOException | RuntimeException | Error failure) {
      note(() -> startFailed(seat, String.valueOf(failure.getMessage()), List.of()));
    }
  }

  private void launch(Seat seat, Mailbox mailbox) throws IOException {
    Process process = launcher.start(seat.identity.name(), mailbox);
    ChildLink link;
    try {
      link = new ChildLink(process, mailbox, pumpOf(seat.identity.name(), process));
    } catch (OutOfMemoryError noThread) {
      process.destroyForcibly();
      throw noThread;
    }
    note(() -> launched(seat, link));
    awaitEnd(link);
    note(() -> died(seat, link));
  }

  /// Not by [Process#onExit], which tells on the common pool: that may be busy with those who wait for the
  /// very task that the child has died with.
  private static void awaitEnd(ChildLink link) {
    boolean ended = false;
    while (!ended) {
      try {
        var _ = link.process().waitFor();
        ended = true;
        link.output().awaitAllRead(OUTPUT_NS);
      } catch (InterruptedException | OutOfMemoryError goOn) {
        // Nobody interrupts it; and nobody else would ever learn of the end.
      }
    }
  }

  private OutputPump pumpOf(String worker, Process process) {
    Logger log = LoggerFactory.getLogger("io.sluice.worker." + worker);
    return new OutputPump(worker, process, log, pool.output());
  }

  private void note(Runnable note) {
    notes.add(note);
    pool.signal().raise();
  }

  private void launched(Seat seat, ChildLink link) {
    seat.life.launched(link, plan.options().startTimeout().toNanos());
  }

  private void attendStarting(Seat seat, long nowNs) {
    ChildLink link = seat.life.link;
    if (link == null || link.lossReason() != null) {
      return;
    }
    String refusal = Handshake.refusal(link.mailbox(), library());
    if (refusal != null) {
      link.kill(refusal);
    } else if (link.mailbox().childState() == MailboxLayout.READY) {
      ready(seat, link, nowNs);
    } else if (nowNs - seat.life.dueNs > 0) {
      link.kill(
          "it gave no answer within "
              + plan.options().startTimeout().toMillis()
              + " ms; raise ProcessOptions.startTimeout(...)");
    }
  }

  private String library() {
    return plan.kernels().library().getName();
  }

  private void ready(Seat seat, ChildLink link, long nowNs) {
    String complaint = Handshake.complaint(link.mailbox(), library());
    if (complaint != null) {
      link.kill(complaint);
      return;
    }
    SeatLife life = seat.life;
    life.started();
    link.forgiveSilence(nowNs);
    log(() -> LOG.debug("worker {} is ready, pid {}", seat.identity.name(), link.process().pid()));
    seat.ready(link);
  }

  private void attendLive(Seat seat, long nowNs) {
    SeatLife life = seat.life;
    ChildLink link = life.link;
    if (link == null || !pool.isClosed() || seat.load.get() > 0) {
      return;
    }
    if (!life.isShuttingDown) {
      life.isShuttingDown = true;
      life.dueNs = nowNs + END_NS;
      link.mailbox().shutDown();
    } else if (nowNs - life.dueNs > 0) {
      link.kill("was killed: it did not end when asked to");
    }
  }

  /// It was reaped, and its output read.
  private void died(Seat seat, ChildLink link) {
    SeatLife life = seat.life;
    boolean wasReady = life.phase == Phase.LIVE;
    life.link = null;
    life.isShuttingDown = false;
    if (wasReady) {
      seat.died(link);
      restart(seat, link);
    } else {
      String reason = whyNotReady(link);
      link.mailbox().close();
      startFailed(seat, reason, link.output().lastLines());
    }
  }

  /// Of one that has ended: it may have refused and gone before anybody looked.
  private String whyNotReady(ChildLink link) {
    String killed = link.lossReason();
    String refusal = Handshake.refusal(link.mailbox(), library());
    String reason = killed == null ? refusal : killed;
    return reason == null ? "it " + Obituary.of(link.process().exitValue()) : reason;
  }

  private void restart(Seat seat, ChildLink link) {
    SeatLife life = seat.life;
    if (pool.isClosed() && seat.load.get() == 0) {
      life.phase = Phase.ENDED;
      return;
    }
    String name = seat.identity.name();
    restartCount.setRelease(restartCount.getPlain() + 1);
    log(() -> LOG.warn("worker {} {}; it is started again", name, Obituary.of(link)));
    life.died(System.nanoTime());
  }

  /// Loggers are a user's: they may block, which is a matter of reports.
  private void log(Runnable line) {
    pool.watcher().report(line);
  }

  private void startFailed(Seat seat, String reason, List<String> output) {
    WorkerStartException failure = new WorkerStartException(seat.identity.name(), reason, output);
    long budgetNs = plan.options().startTimeout().toNanos();
    if (seat.life.startFailed(System.nanoTime(), budgetNs, pool.isClosed())) {
      log(() -> LOG.warn("{}; it is tried again", failure.getMessage()));
    } else {
      log(() -> LOG.error("{}", failure.getMessage()));
      moveOn(seat, failure);
    }
  }

  /// Nobody will come to this seat by itself: its items go to others, or fail.
  private void moveOn(Seat seat, WorkerStartException failure) {
    Seat heir = findProspect();
    seat.command(
        () -> {
          if (heir != null) {
            seat.giveAllTo(heir);
          }
          seat.failWaiting(failure);
        });
  }

  private @Nullable Seat findProspect() {
    for (Seat seat : pool.seats()) {
      if (seat.life.hasProspects()) {
        return seat;
      }
    }
    return null;
  }

  /// When the next thing is due.
  long nextDueNs(Seat[] seats, long nowNs) {
    long next = nowNs + END_NS;
    for (Seat seat : seats) {
      SeatLife life = seat.life;
      boolean isWaiting =
          life.phase == Phase.DUE || life.phase == Phase.STARTING || life.isShuttingDown;
      if (isWaiting && life.dueNs - next < 0) {
        next = life.dueNs;
      }
    }
    return next;
  }

  boolean isEmpty(Seat[] seats) {
    for (Seat seat : seats) {
      if (seat.life.phase != Phase.ENDED || seat.load.get() > 0) {
        return false;
      }
    }
    return true;
  }
}
