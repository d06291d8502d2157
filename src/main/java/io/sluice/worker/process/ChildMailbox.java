package io.sluice.worker.process;

import static io.sluice.worker.process.MailboxLayout.CHILD_DIGEST;
import static io.sluice.worker.process.MailboxLayout.CHILD_LAYOUT;
import static io.sluice.worker.process.MailboxLayout.CHILD_PROTOCOL;
import static io.sluice.worker.process.MailboxLayout.CHILD_STATE;
import static io.sluice.worker.process.MailboxLayout.CONTROL;
import static io.sluice.worker.process.MailboxLayout.DIGEST_BYTES;
import static io.sluice.worker.process.MailboxLayout.DONE;
import static io.sluice.worker.process.MailboxLayout.EMPTY;
import static io.sluice.worker.process.MailboxLayout.FORGET_HEAD;
import static io.sluice.worker.process.MailboxLayout.FORGET_TAIL;
import static io.sluice.worker.process.MailboxLayout.FRAME_COUNT;
import static io.sluice.worker.process.MailboxLayout.HEARTBEAT;
import static io.sluice.worker.process.MailboxLayout.LAYOUT_VERSION;
import static io.sluice.worker.process.MailboxLayout.MAGIC;
import static io.sluice.worker.process.MailboxLayout.MAGIC_AT;
import static io.sluice.worker.process.MailboxLayout.PARENT_DIGEST;
import static io.sluice.worker.process.MailboxLayout.PARENT_LAYOUT;
import static io.sluice.worker.process.MailboxLayout.PARENT_PROTOCOL;
import static io.sluice.worker.process.MailboxLayout.PARKED;
import static io.sluice.worker.process.MailboxLayout.PROTOCOL_VERSION;
import static io.sluice.worker.process.MailboxLayout.READY;
import static io.sluice.worker.process.MailboxLayout.REFUSED;
import static io.sluice.worker.process.MailboxLayout.RING_TAIL;
import static io.sluice.worker.process.MailboxLayout.RUNNING;
import static io.sluice.worker.process.MailboxLayout.SHUTDOWN;
import static io.sluice.worker.process.MailboxLayout.STAGED;
import static io.sluice.worker.process.MailboxLayout.STATE;
import static io.sluice.worker.process.MailboxLayout.STOP_WORD;
import static io.sluice.worker.process.MailboxLayout.TAKEN;
import static io.sluice.worker.process.MailboxLayout.frame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// The child's side of its mailbox: each step of the protocol that the child takes.
///
/// | step | access |
/// | --- | --- |
/// | `STAGED` to `RUNNING` | compare and set: the parent may take it back |
/// | `PARKED`, then a last look at the state | volatile: the parent may be about to stage |
/// | the outcome, then `DONE`, then the ring's tail, then the signal | plain, then release each |
final class ChildMailbox {
  private static final long LONGEST_SLEEP_NS = 1_000_000_000;

  private final MemorySegment memory;
  private final int frameCount;
  private final Signal signal;
  private final Waiter waiter;

  ChildMailbox(MemorySegment memory, Signal signal, Waiter waiter) {
    this.memory = memory;
    this.signal = signal;
    this.waiter = waiter;
    this.frameCount = Words.getInt(memory, FRAME_COUNT);
  }

  MemorySegment memory() {
    return memory;
  }

  int frameCount() {
    return frameCount;
  }

  /// Says who it is; false if it doesn't fit its parent.
  boolean shakeHands(byte[] digest) {
    Words.setInt(memory, CHILD_PROTOCOL, PROTOCOL_VERSION);
    Words.setInt(memory, CHILD_LAYOUT, LAYOUT_VERSION);
    MemorySegment.copy(digest, 0, memory, ValueLayout.JAVA_BYTE, CHILD_DIGEST, DIGEST_BYTES);
    boolean fits =
        Words.getInt(memory, MAGIC_AT) == MAGIC
            && Words.getInt(memory, PARENT_PROTOCOL) == PROTOCOL_VERSION
            && Words.getInt(memory, PARENT_LAYOUT) == LAYOUT_VERSION
            && Arrays.equals(
                digest, memory.asSlice(PARENT_DIGEST, DIGEST_BYTES).toArray(ValueLayout.JAVA_BYTE));
    Words.setRelease(memory, CHILD_STATE, fits ? READY : REFUSED);
    signal.raise();
    return fits;
  }

  int state(int number) {
    return Words.getAcquire(memory, frame(number) + STATE);
  }

  /// Whether the task is the child's now, and has begun.
  boolean begin(int number) {
    return Words.compareAndSet(memory, frame(number) + STATE, STAGED, RUNNING);
  }

  /// Passes over a frame that the parent has taken back.
  void skip(int number) {
    if (pass(number)) {
      signal.raise();
    }
  }

  boolean pass(int number) {
    return Words.compareAndSet(memory, frame(number) + STATE, TAKEN, EMPTY);
  }

  /// The outcome is written: gives the frame back. A kill may come between any two of the four.
  void complete(int number) {
    markDone(number);
    writeRingEntry(number);
    advanceRing();
    signal.raise();
  }

  void markDone(int number) {
    Words.setRelease(memory, frame(number) + STATE, DONE);
  }

  void writeRingEntry(int number) {
    Words.setInt(memory, MailboxLayout.ringEntry(Words.getInt(memory, RING_TAIL)), number);
  }

  void advanceRing() {
    Words.setRelease(memory, RING_TAIL, Words.getInt(memory, RING_TAIL) + 1);
  }

  /// Sleeps until the state of a frame is no longer `seen`, or for no reason.
  void park(int number, int seen) {
    if (maySleep(number, seen)) {
      waiter.await(memory, frame(number) + STATE, seen, LONGEST_SLEEP_NS);
    }
    sayAwake();
  }

  /// Says that it sleeps, and then looks once more.
  boolean maySleep(int number, int seen) {
    sayParked();
    return isStill(number, seen);
  }

  void sayParked() {
    Words.setVolatile(memory, PARKED, 1);
  }

  void sayAwake() {
    Words.setVolatile(memory, PARKED, 0);
  }

  boolean isStill(int number, int seen) {
    return Words.getVolatile(memory, frame(number) + STATE) == seen && !isShutDown();
  }

  boolean isShutDown() {
    return Words.getVolatile(memory, SHUTDOWN) != 0;
  }

  int stopWord(int number) {
    return Words.getAcquire(memory, frame(number) + STOP_WORD);
  }

  long ticket(int number) {
    return Words.getLong(memory, frame(number) + MailboxLayout.TICKET);
  }

  /// The ticket of the task in a frame if its kernel is to be interrupted, else 0.
  ///
  /// The ticket is read first: if the frame goes to the next task between the steps, it is that of one which has
  /// ended, and nobody is interrupted instead of it.
  long ticketToInterrupt(int number) {
    long ticket = Words.getLongAcquire(memory, frame(number) + MailboxLayout.TICKET);
    return state(number) == RUNNING && stopWord(number) == MailboxLayout.INTERRUPT ? ticket : 0;
  }

  int control() {
    return Words.getVolatile(memory, CONTROL);
  }

  void awaitControl(int seen, long timeoutNs) {
    waiter.await(memory, CONTROL, seen, timeoutNs);
  }

  void beat() {
    Words.getAndAdd(memory, HEARTBEAT, 1);
  }

  /// There is room for more that is to be forgotten.
  void tellParent() {
    signal.raise();
  }

  /// The next segment to be forgotten; 0 if there is none.
  long pollForgotten() {
    int head = Words.getInt(memory, FORGET_HEAD);
    if (head == Words.getAcquire(memory, FORGET_TAIL)) {
      return 0;
    }
    long segment = Words.getLong(memory, MailboxLayout.forgetEntry(head));
    Words.setRelease(memory, FORGET_HEAD, head + 1);
    return segment;
  }
}
