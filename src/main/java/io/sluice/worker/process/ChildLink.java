package io.sluice.worker.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// One child process, from its start to the moment at which it was reaped: its mailbox, and what it was
/// given.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `tail`, `lastTicket`, `known`, `toForget` | the seat's drain | plain |
/// | `hasToForget` | the seat's drain | volatile, for the watcher |
/// | `completionCount`, heartbeat | the watcher | plain |
/// | `items` | the drain puts, the watcher or the drain takes | atomic |
/// | `lossReason` | who kills it | volatile; the first counts |
/// | `hasLost` | who detaches it | plain |
/// | `isSuspect`, `suspectBeat` | the drain sets them, the watcher takes it back | volatile; published by it |
final class ChildLink {
  private static final long ODD_NS = 1_000_000_000;

  private final Process process;
  private final Mailbox mailbox;
  private final OutputPump output;
  private final AtomicReferenceArray<@Nullable Item> items;
  private final Set<Long> known = new HashSet<>();
  private final ArrayDeque<Long> toForget = new ArrayDeque<>();
  private volatile boolean hasToForget;
  private volatile @Nullable String lossReason;
  private volatile boolean isBroken;
  private int tail;
  private long lastTicket;
  private int completionCount;
  private int lastHeartbeat;
  private long heartbeatSeenNs = System.nanoTime();
  private volatile boolean isSuspect;
  private int suspectBeat;
  private @Nullable Item oddItem;
  private long oddSinceNs;
  private boolean hasLost;

  ChildLink(Process process, Mailbox mailbox, OutputPump output) {
    this.process = process;
    this.mailbox = mailbox;
    this.output = output;
    this.items = new AtomicReferenceArray<>(mailbox.frameCount());
  }

  Process process() {
    return process;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  OutputPump output() {
    return output;
  }

  /// Whether an item that is lost with it is the first one; asked by who detaches it.
  boolean isFirstLoss() {
    boolean isFirst = !hasLost;
    hasLost = true;
    return isFirst;
  }

  // ---- the seat's drain ----

  /// Whether the next frame is empty. Frames are used in turn.
  boolean hasRoom() {
    return lossReason == null
        && items.get(tail) == null
        && mailbox.state(tail) == MailboxLayout.EMPTY;
  }

  /// Writes an item into the next frame, which is the parent's until [#publish].
  void write(Item item) {
    FrameWriter writer = new FrameWriter(mailbox.memory(), MailboxLayout.frame(tail), known::add);
    item.work.describe(writer);
    item.ticket = ++lastTicket;
    item.child = this;
    item.frame = tail;
    writer.finish(item.ticket);
  }

  /// The item that was written is the child's. What is thrown behind the first step does not lose it.
  void publish(Item item) {
    items.set(tail, item);
    tail = (tail + 1) % items.length();
    mailbox.stage(item.frame);
  }

  /// Whether the item lies in its frame still.
  boolean holds(Item item) {
    return item.child == this && items.get(item.frame) == item;
  }

  boolean isRunning(Item item) {
    return mailbox.state(item.frame) == MailboxLayout.RUNNING;
  }

  /// Takes an item back that has not begun.
  boolean takeBack(Item item) {
    return mailbox.takeBack(item.frame) && items.compareAndSet(item.frame, item, null);
  }

  /// The item that was staged first among those that some other child may run and that have not begun;
  /// null if there is none.
  @Nullable Item takeStealable() {
    for (int i = 0; i < items.length(); i++) {
      Item item = items.get((tail + i) % items.length());
      if (item != null && item.isStealable && takeBack(item)) {
        return item;
      }
    }
    return null;
  }

  /// It had not begun a task that nobody waits for any more, though it runs no other: it may be stopped.
  void suspectIfIdle() {
    for (int number = 0; number < items.length(); number++) {
      if (mailbox.state(number) == MailboxLayout.RUNNING) {
        return;
      }
    }
    suspectBeat = mailbox.heartbeat();
    isSuspect = true;
  }

  /// Everything that has not begun, in its order.
  List<Item> takeAllBack() {
    List<Item> taken = new ArrayList<>();
    for (int i = 0; i < items.length(); i++) {
      Item item = items.get((tail + i) % items.length());
      if (item != null && takeBack(item)) {
        taken.add(item);
      }
    }
    return taken;
  }

  /// Takes an item out whose child is gone, in the order of staging; null where there is none.
  @Nullable Item removeAt(int place) {
    return items.getAndSet((tail + place) % items.length(), null);
  }

  int frameCount() {
    return items.length();
  }

  /// A user-owned tensor is gone: what the child has mapped of it is to go as well.
  void forget(long segment) {
    if (known.remove(segment)) {
      toForget.add(segment);
      tellWhatToForget();
    }
  }

  /// As much of it as there is room for; the child makes room, and raises the signal.
  void tellWhatToForget() {
    while (!toForget.isEmpty() && mailbox.forget(toForget.peek())) {
      toForget.remove();
    }
    hasToForget = !toForget.isEmpty();
    if (hasToForget) {
      mailbox.hurry();
    }
  }

  /// Whether there is more to be told than there was room for.
  boolean hasToForget() {
    return hasToForget;
  }

  // ---- the watcher ----

  /// The next item that the child has completed; null if there is none.
  ///
  /// @throws ProtocolException if the ring says what can't be
  @Nullable Item pollCompleted() throws ProtocolException {
    int pushed = mailbox.ringTail() - completionCount;
    if (pushed == 0) {
      return null;
    }
    if (pushed < 0 || pushed > items.length()) {
      throw new ProtocolException("its ring holds " + pushed + " completions");
    }
    int number = mailbox.ringEntry(completionCount);
    if (number < 0 || number >= items.length()) {
      throw new ProtocolException("it completed frame " + number);
    }
    Item item = items.get(number);
    if (item == null || mailbox.state(number) != MailboxLayout.DONE) {
      throw new ProtocolException("it completed frame " + number + ", which did not run");
    }
    completionCount++;
    return item;
  }

  /// The outcome of an item was read.
  ///
  /// @return false if somebody else has it
  boolean finish(Item item) {
    boolean isOurs = items.compareAndSet(item.frame, item, null);
    mailbox.empty(item.frame);
    return isOurs;
  }

  /// For how long it has given no sign of life.
  long silenceNs(long nowNs) {
    int beat = mailbox.heartbeat();
    if (beat != lastHeartbeat) {
      lastHeartbeat = beat;
      heartbeatSeenNs = nowNs;
    }
    if (isSuspect && beat != suspectBeat) {
      isSuspect = false;
    }
    return nowNs - heartbeatSeenNs;
  }

  /// Looks whether each item's frame says what it can say. What is on its way looks odd for a moment, so it
  /// must do so for a second.
  ///
  /// @throws ProtocolException if one does not: its child would never come to it
  void checkStates(long nowNs) throws ProtocolException {
    Item odd = findOdd();
    if (odd == null || odd != oddItem) {
      oddItem = odd;
      oddSinceNs = nowNs;
    } else if (nowNs - oddSinceNs > ODD_NS) {
      throw new ProtocolException(
          "frame " + odd.frame + " stays in state " + mailbox.state(odd.frame));
    }
  }

  private @Nullable Item findOdd() {
    for (int number = 0; number < items.length(); number++) {
      Item item = items.get(number);
      int state = item == null ? MailboxLayout.STAGED : mailbox.state(number);
      if (state != MailboxLayout.STAGED && state != MailboxLayout.RUNNING) {
        return item;
      }
    }
    return null;
  }

  /// Whether it may be stopped, as far as one can tell from outside; until it is seen to live.
  boolean isSuspect() {
    return isSuspect;
  }

  /// The watcher itself was away: it can't tell.
  void forgiveSilence(long nowNs) {
    heartbeatSeenNs = nowNs;
  }

  // ---- anyone ----

  /// Kills it; nothing more is staged. The first reason counts.
  synchronized void kill(String reason) {
    if (lossReason == null) {
      lossReason = reason;
    }
    process.destroyForcibly();
  }

  /// The same for one that does not keep to the protocol: nothing that it wrote is believed.
  void killBroken(String what) {
    isBroken = true;
    kill("was killed: it broke the protocol, " + what);
  }

  boolean isBroken() {
    return isBroken;
  }

  /// Why it was killed; null if it wasn't.
  @Nullable String lossReason() {
    return lossReason;
  }

  /// What a child wrote into its mailbox can't be.
  static final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    ProtocolException(String what) {
      super(what);
    }
  }
}
