package io.sluice.worker.process;

import io.sluice.error.WorkerLostException;
import io.sluice.worker.process.ChildLink.ProtocolException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Looks after the children of a pool: takes what they have completed, sees who is silent, moves items to
/// those who have nothing to do.
///
/// **Confinement.** The watcher, but for the reports of seats, which come on any thread.
final class Children implements Watcher.Rounds, Seat.Reports {
  private static final long LONGEST_SLEEP_NS = 1_000_000_000;
  private static final long BALANCE_NS = 5_000_000;

  /// After which silence one is killed that had not begun a task when the task's time was over.
  private static final long SUSPECT_NS = 3_000_000_000L;

  private final ProcessPool pool;
  private final Seat[] seats;
  private final Nursery nursery;
  private final AtomicLong lostCount = new AtomicLong();
  private long lastRoundNs = System.nanoTime();

  /// Where the search for somebody with too much begins.
  private int nextVictim;

  /// Any thread.
  long restartCount() {
    return nursery.restartCount();
  }

  /// Any thread.
  long lostCount() {
    return lostCount.get();
  }

  Children(ProcessPool pool, Seat[] seats, Nursery nursery) {
    this.pool = pool;
    this.seats = seats;
    this.nursery = nursery;
  }

  boolean isLive(int worker) {
    return seats[worker].isLive();
  }

  boolean isIdle() {
    for (Seat seat : seats) {
      if (seat.load.get() > 0) {
        return false;
      }
    }
    return true;
  }

  // ---- the watcher's rounds ----

  @Override
  public boolean lookAround() {
    long nowNs = System.nanoTime();
    boolean found = nursery.attend(seats, nowNs);
    for (Seat seat : seats) {
      ChildLink link = seat.life.link;
      if (link != null && seat.life.phase == SeatLife.Phase.LIVE) {
        found |= collect(seat, link);
        if (seat.waitsForRoom()) {
          seat.drain();
        }
        if (link.hasToForget()) {
          seat.command(seat::forgetRest);
        }
        lookForLife(link, nowNs);
      }
    }
    lastRoundNs = nowNs;
    balance();
    return found;
  }

  private boolean collect(Seat seat, ChildLink link) {
    boolean found = false;
    try {
      for (Item item = link.pollCompleted(); item != null; item = link.pollCompleted()) {
        FrameReader.tell(item, link.mailbox().memory());
        found = true;
        seat.life.completed();
        if (link.finish(item)) {
          seat.drain();
          ended(item);
        }
      }
    } catch (ProtocolException broken) {
      link.killBroken(String.valueOf(broken.getMessage()));
    }
    return found;
  }

  /// It can't tell after it was away itself.
  private void lookForLife(ChildLink link, long nowNs) {
    long limitNs =
        link.isSuspect() ? Math.min(SUSPECT_NS, nursery.heartbeatNs()) : nursery.heartbeatNs();
    if (nowNs - lastRoundNs > limitNs / 2) {
      link.forgiveSilence(nowNs);
    }
    if (link.silenceNs(nowNs) > limitNs && link.lossReason() == null) {
      link.kill("was killed: it gave no sign of life for " + limitNs / 1_000_000 + " ms");
    }
    try {
      link.checkStates(nowNs);
    } catch (ProtocolException broken) {
      link.killBroken(String.valueOf(broken.getMessage()));
    }
  }

  /// Gives work that waits behind other work, or for a child, to those who have none. From each seat in turn: one
  /// may have nothing that can be given away, for as long as its child takes to start.
  private void balance() {
    for (Seat thief : seats) {
      Seat victim = isFree(thief) ? findLoaded() : null;
      if (victim != null) {
        nextVictim = victim.identity.index() + 1;
        victim.command(() -> victim.giveTo(thief));
      }
    }
  }

  private static boolean isFree(Seat seat) {
    return seat.load.get() == 0 && seat.isLive();
  }

  private boolean isAnyFree() {
    for (Seat seat : seats) {
      if (isFree(seat)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Seat findLoaded() {
    for (int i = 0; i < seats.length; i++) {
      Seat seat = seats[(nextVictim + i) % seats.length];
      if (seat.load.get() > (seat.isLive() ? 1 : 0)) {
        return seat;
      }
    }
    return null;
  }

  @Override
  public long sleepNs() {
    long nowNs = System.nanoTime();
    long longest = Math.min(LONGEST_SLEEP_NS, nursery.heartbeatNs() / 4);
    if (isAnyFree() && findLoaded() != null) {
      longest = Math.min(longest, BALANCE_NS);
    }
    return Math.max(1, Math.min(longest, nursery.nextDueNs(seats, nowNs) - nowNs));
  }

  @Override
  public boolean isOver() {
    return pool.isClosed() && nursery.isEmpty(seats);
  }

  @Override
  public void ended() {
    pool.end();
  }

  // ---- reports, by any thread ----

  private void ended(Item item) {
    if (item.report()) {
      Seat seat = item.seat;
      seat.load.decrementAndGet();
      pool.watcher().report(() -> item.work.afterRun(seat.identity));
    }
  }

  @Override
  public void handedOver(Item item) {
    pool.watcher().report(item.work::handedOver);
    pool.signal().raise();
  }

  @Override
  public void stopped(Item item) {
    if (!item.isReported()) {
      item.work.stopped();
      ended(item);
      pool.signal().raise();
    }
  }

  @Override
  public void failed(Item item, Throwable failure) {
    if (!item.isReported()) {
      item.work.failed(0, failure);
      ended(item);
      pool.signal().raise();
    }
  }

  @Override
  public void detached(Seat seat, ChildLink gone, List<Item> done, List<Item> lost) {
    for (Item item : done) {
      lastWords(seat, gone, item);
    }
    for (Item item : lost) {
      lost(seat, gone, item);
    }
    pool.watcher().report(gone.mailbox()::close);
    pool.signal().raise();
  }

  @Override
  public void broken(Throwable bug) {
    pool.watcher().reportBug(bug);
    pool.signal().raise();
  }

  /// It had completed the item, and died before it could say so.
  private void lastWords(Seat seat, ChildLink gone, Item item) {
    try {
      FrameReader.tell(item, gone.mailbox().memory());
      ended(item);
    } catch (ProtocolException broken) {
      lost(seat, gone, item);
    }
  }

  private void lost(Seat seat, ChildLink gone, Item item) {
    if (item.report()) {
      seat.load.decrementAndGet();
      if (gone.isFirstLoss()) {
        lostCount.getAndIncrement();
      }
      WorkerLostException cause =
          new WorkerLostException(
              seat.identity.name(),
              Obituary.of(gone),
              gone.process().exitValue(),
              gone.output().lastLines());
      pool.watcher().report(() -> item.work.lost(cause));
    }
  }
}
