package io.sluice.worker.process;

import io.sluice.error.WorkerStartException;
import io.sluice.worker.process.SeatLife.Phase;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings children up, sees them off, and decides when there is to be another.
///
/// **Budget.** All children of a pool are launched at the same time and share one time to start, attempts
/// that fail included. After three attempts, or that time, what waits for the seat fails with the reason,
/// unless another seat can take it; the next item brings about one attempt more.
///
/// **Back-off.** A child that died without having completed a task since the last death is followed after
/// 50 ms, doubled each time, up to 5 s; else at once.
///
/// **Confinement.** The watcher, but for launches, each on a thread of its own, and for the system's news of
/// a death; both only leave a note.
final class Nursery {
  private static final Logger LOG = LoggerFactory.getLogger(Nursery.class);
  private static final int MAX_ATTEMPTS = 3;
  private static final long FIRST_PAUSE_NS = 50_000_000;
  private static final long LONGEST_PAUSE_NS = 5_000_000_000L;
  private static final int MOST_DOUBLINGS = 8;

  /// For how long a child may take to end by itself, and its output to be read behind its end.
  private static final long END_NS = 2_000_000_000;

  private static final long OUTPUT_MS = 1_000;

  private final ProcessPool pool;
  private final ProcessPool.Plan plan;
  private final Launcher launcher;
  private final Waiter waiter;
  private final byte[] digest;
  private final Queue<Runnable> notes = new ConcurrentLinkedQueue<>();

  Nursery(ProcessPool pool, ProcessPool.Plan plan, Launcher launcher, Waiter waiter) {
    this.pool = pool;
    this.plan = plan;
    this.launcher = launcher;
    this.waiter = waiter;
    this.digest = plan.kernels().digest();
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
      life.firstAttemptNs = nowNs;
      life.phase = Phase.DUE;
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
      life.phase = Phase.LAUNCHING;
      Thread launch =
          new Thread(
              null, () -> launch(seat), "sluice-" + seat.identity.name() + "-start", 0, false);
      launch.setDaemon(true);
      launch.start();
    }
  }

  /// On a thread of its own: making a process takes milliseconds.
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
    ChildLink link = new ChildLink(process, mailbox, new OutputPump(seat.identity.name(), process));
    note(() -> launched(seat, link));
    var _ =
        process
            .onExit()
            .thenCompose(
                ended ->
                    link.output().ended().completeOnTimeout(null, OUTPUT_MS, TimeUnit.MILLISECONDS))
            .whenComplete((ended, failure) -> note(() -> died(seat, link)));
  }

  private void note(Runnable note) {
    notes.add(note);
    pool.signal().raise();
  }

  private void launched(Seat seat, ChildLink link) {
    SeatLife life = seat.life;
    life.link = link;
    life.phase = Phase.STARTING;
    life.dueNs = life.firstAttemptNs + plan.options().startTimeout().toNanos();
  }

  private void attendStarting(Seat seat, long nowNs) {
    ChildLink link = seat.life.link;
    if (link == null || link.lossReason() != null) {
      return;
    }
    switch (link.mailbox().childState()) {
      case MailboxLayout.READY -> ready(seat, link, nowNs);
      case MailboxLayout.REFUSED -> link.kill(mismatch(link.mailbox()));
      default -> {
        if (nowNs - seat.life.dueNs > 0) {
          link.kill(
              "it gave no answer within "
                  + plan.options().startTimeout().toMillis()
                  + " ms; raise ProcessOptions.startTimeout(...)");
        }
      }
    }
  }

  private void ready(Seat seat, ChildLink link, long nowNs) {
    if (!isOurs(link.mailbox())) {
      link.kill(mismatch(link.mailbox()));
      return;
    }
    SeatLife life = seat.life;
    life.phase = Phase.LIVE;
    life.failedStarts = 0;
    link.forgiveSilence(nowNs);
    LOG.debug("worker {} is ready, pid {}", seat.identity.name(), link.process().pid());
    seat.ready(link);
  }

  private static boolean isOurs(Mailbox mailbox) {
    return mailbox.childProtocol() == MailboxLayout.PROTOCOL_VERSION
        && mailbox.childLayout() == MailboxLayout.LAYOUT_VERSION
        && mailbox.hasSameDigest();
  }

  private String mismatch(Mailbox mailbox) {
    if (mailbox.childProtocol() == MailboxLayout.PROTOCOL_VERSION
        && mailbox.childLayout() == MailboxLayout.LAYOUT_VERSION) {
      return "its kernel library "
          + plan.kernels().library().getName()
          + " is not the same as here; put the same classes on both class paths";
    }
    return "it speaks protocol %d with layout %d, not %d with %d; put the same version of Sluice on both class paths"
        .formatted(
            mailbox.childProtocol(),
            mailbox.childLayout(),
            MailboxLayout.PROTOCOL_VERSION,
            MailboxLayout.LAYOUT_VERSION);
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
      link.mailbox().close();
      String reason = link.lossReason();
      startFailed(
          seat,
          reason == null ? "it " + Obituary.of(link.process().exitValue()) : reason,
          link.output().lastLines());
    }
  }

  private void restart(Seat seat, ChildLink link) {
    SeatLife life = seat.life;
    if (pool.isClosed() && seat.load.get() == 0) {
      life.phase = Phase.ENDED;
      return;
    }
    LOG.warn("worker {} {}; it is started again", seat.identity.name(), Obituary.of(link));
    long nowNs = System.nanoTime();
    life.firstAttemptNs = nowNs;
    life.dueNs = life.deaths == 0 ? nowNs : nowNs + pauseNs(life.deaths);
    life.deaths++;
    life.phase = Phase.DUE;
  }

  private static long pauseNs(int times) {
    return Math.min(LONGEST_PAUSE_NS, FIRST_PAUSE_NS << Math.min(MOST_DOUBLINGS, times - 1));
  }

  private void startFailed(Seat seat, String reason, List<String> output) {
    SeatLife life = seat.life;
    life.failedStarts++;
    long nowNs = System.nanoTime();
    WorkerStartException failure = new WorkerStartException(seat.identity.name(), reason, output);
    boolean isOutOfTime = nowNs - life.firstAttemptNs > plan.options().startTimeout().toNanos();
    life.dueNs = nowNs + pauseNs(life.failedStarts);
    if (life.failedStarts < MAX_ATTEMPTS && !isOutOfTime && !pool.isClosed()) {
      LOG.warn("{}; it is tried again", failure.getMessage());
      life.phase = Phase.DUE;
    } else {
      LOG.error("{}", failure.getMessage());
      life.phase = Phase.NONE;
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
