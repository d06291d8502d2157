package io.sluice.worker.process;

import io.sluice.worker.WorkerIdentity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A worker's place: what waits for its child, and what the child holds.
///
/// Whoever brings an item, or a wish, runs the seat's *drain*, one thread at a time; others only leave
/// theirs in a queue. It never blocks and runs no user's code: what is to be reported goes to the
/// watcher. Children come and go, items stay until they are reported.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `waiting`, `child` | the drain | plain |
/// | `arriving`, `commands` | anyone adds, the drain takes | concurrent queues |
/// | `drainCount` | anyone | atomic: who raises it from 0 drains |
/// | `waitsForRoom` | the drain | volatile, for the watcher |
/// | `load` | anyone | atomic: items that are accepted and not reported |
/// | all of [SeatLife] | the watcher | plain |
final class Seat {
  final WorkerIdentity identity;
  final SeatLife life;
  final AtomicInteger load = new AtomicInteger();

  private final Reports reports;
  private final Queue<Item> arriving = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final AtomicInteger drainCount = new AtomicInteger();
  private final ArrayDeque<Item> waiting = new ArrayDeque<>();
  private final Runnable staging = this::stageAll;
  private @Nullable ChildLink child;
  private volatile boolean waitsForRoom;
  private volatile boolean live;

  /// Where ends are reported, by any thread; those who waited are told by the watcher.
  interface Reports {
    void handedOver(Item item);

    void stopped(Item item);

    void failed(Item item, Throwable failure);

    void detached(Seat seat, ChildLink gone, List<Item> done, List<Item> lost);

    /// Something was thrown in a drain that must not throw.
    void broken(Throwable bug);
  }

  Seat(WorkerIdentity identity, SeatLife life, Reports reports) {
    this.identity = identity;
    this.life = life;
    this.reports = reports;
  }

  /// Takes an item, whose load is counted already.
  void put(Item item) {
    arriving.add(item);
    drain();
  }

  void command(Runnable command) {
    commands.add(command);
    drain();
  }

  void drain() {
    if (drainCount.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (Runnable next = commands.poll(); next != null; next = commands.poll()) {
        run(next);
      }
      for (Item next = arriving.poll(); next != null; next = arriving.poll()) {
        waiting.add(next);
      }
      run(staging);
      seen = drainCount.addAndGet(-seen);
    } while (seen != 0);
  }

  /// What is thrown ends neither the drain nor the others' part in it: nobody would drain any more.
  private void run(Runnable part) {
    try {
      part.run();
    } catch (Throwable bug) {
      reports.broken(bug);
    }
  }

  private void stageAll() {
    ChildLink current = child;
    if (waitsForRoom) {
      waitsForRoom = false;
    }
    while (current != null && !waiting.isEmpty() && hasRoom(current)) {
      Item item = waiting.remove();
      if (item.work.isStopRequested()) {
        reports.stopped(item);
      } else {
        stage(item, current);
      }
    }
  }

  /// A frame that was taken back is in the way until the child has passed it, which only the signal tells.
  /// So the watcher is asked to come back, and then the frame is looked at once more: the child may have
  /// passed between.
  private boolean hasRoom(ChildLink current) {
    if (current.hasRoom()) {
      return true;
    }
    waitsForRoom = true;
    return current.hasRoom();
  }

  /// Whether its drain is to run when the child has moved.
  boolean waitsForRoom() {
    return waitsForRoom;
  }

  /// What can't be written fails with whatever was thrown, an error too: such as that of a frame whose page can't
  /// be had, because the file system is full. Else nobody would have it any more.
  private void stage(Item item, ChildLink current) {
    try {
      if (item.work.isTimed()) {
        reports.handedOver(item);
      }
      current.write(item);
    } catch (Throwable refusal) {
      reports.failed(item, refusal);
      return;
    }
    current.publish(item);
  }

  /// Whether a child is there to be given items.
  boolean isLive() {
    return live;
  }

  /// A child is ready.
  void ready(ChildLink ready) {
    live = true;
    command(() -> child = ready);
  }

  /// A child was reaped.
  void died(ChildLink gone) {
    live = false;
    command(() -> detach(gone));
  }

  // ---- commands: inside the drain ----

  /// The child was reaped: nothing touches its mailbox or its tensors any more. What it had not begun
  /// waits again, at the front.
  private void detach(ChildLink gone) {
    child = child == gone ? null : child;
    List<Item> done = new ArrayList<>();
    List<Item> lost = new ArrayList<>();
    List<Item> unbegun = new ArrayList<>();
    for (int place = 0; place < gone.frameCount(); place++) {
      Item item = gone.removeAt(place);
      if (item != null) {
        listOf(gone, item, done, lost, unbegun).add(item);
      }
    }
    for (int i = unbegun.size() - 1; i >= 0; i--) {
      waiting.addFirst(unbegun.get(i));
    }
    reports.detached(this, gone, done, lost);
  }

  /// A child that broke the protocol is believed nothing.
  private static List<Item> listOf(
      ChildLink gone, Item item, List<Item> done, List<Item> lost, List<Item> unbegun) {
    int state = gone.isBroken() ? MailboxLayout.RUNNING : gone.mailbox().state(item.frame);
    return switch (state) {
      case MailboxLayout.STAGED -> unbegun;
      case MailboxLayout.DONE -> done;
      default -> lost;
    };
  }

  void stop(Item item, boolean interrupt) {
    if (item.isReported()) {
      return;
    }
    ChildLink current = item.child;
    if (item.seat != this) {
      item.stop(interrupt);
    } else if (waiting.remove(item)) {
      reports.stopped(item);
    } else if (current != null && current.holds(item)) {
      if (current.takeBack(item)) {
        current.suspectIfIdle();
        reports.stopped(item);
      } else {
        current
            .mailbox()
            .askToStop(item.frame, interrupt ? MailboxLayout.INTERRUPT : MailboxLayout.STOP);
      }
    }
  }

  void kill(Item item, String reason) {
    stop(item, false);
    ChildLink current = item.child;
    if (item.seat == this
        && !item.isReported()
        && current != null
        && current == child
        && current.holds(item)) {
      unstage(current);
      if (current.isRunning(item)) {
        current.kill(reason);
      }
    }
  }

  /// What has not begun waits again, so that it isn't lost with the child.
  private void unstage(ChildLink current) {
    List<Item> unbegun = current.takeAllBack();
    for (int i = unbegun.size() - 1; i >= 0; i--) {
      waiting.addFirst(unbegun.get(i));
    }
  }

  /// Gives one item to a seat that has nothing to do, if it may go there.
  void giveTo(Seat thief) {
    Item item = takeStealable();
    if (item != null) {
      load.decrementAndGet();
      thief.load.incrementAndGet();
      item.seat = thief;
      thief.put(item);
    }
  }

  void giveAllTo(Seat heir) {
    int count = waiting.size();
    for (int i = 0; i < count; i++) {
      giveTo(heir);
    }
  }

  private @Nullable Item takeStealable() {
    for (Item item : waiting) {
      if (item.isStealable) {
        waiting.remove(item);
        return item;
      }
    }
    return child == null ? null : child.takeStealable();
  }

  /// Nobody will run what waits here.
  void failWaiting(Throwable failure) {
    for (Item item = waiting.poll(); item != null; item = waiting.poll()) {
      reports.failed(item, failure);
    }
  }

  void forget(long segment) {
    if (child != null) {
      child.forget(segment);
    }
  }

  /// What it could not be told before.
  void forgetRest() {
    if (child != null) {
      child.tellWhatToForget();
    }
  }
}
