package io.sluice.worker.process;

import static io.sluice.worker.process.MailboxLayout.CHILD_STATE;
import static io.sluice.worker.process.MailboxLayout.CONTROL;
import static io.sluice.worker.process.MailboxLayout.EMPTY;
import static io.sluice.worker.process.MailboxLayout.FORGET_ENTRIES;
import static io.sluice.worker.process.MailboxLayout.FORGET_HEAD;
import static io.sluice.worker.process.MailboxLayout.FORGET_TAIL;
import static io.sluice.worker.process.MailboxLayout.FRAME_BYTES;
import static io.sluice.worker.process.MailboxLayout.FRAME_BYTES_AT;
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
import static io.sluice.worker.process.MailboxLayout.RING_TAIL;
import static io.sluice.worker.process.MailboxLayout.SHUTDOWN;
import static io.sluice.worker.process.MailboxLayout.STAGED;
import static io.sluice.worker.process.MailboxLayout.STATE;
import static io.sluice.worker.process.MailboxLayout.STOP_WORD;
import static io.sluice.worker.process.MailboxLayout.TAKEN;
import static io.sluice.worker.process.MailboxLayout.frame;

import io.sluice.memory.SharedRegion;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The parent's side of one child's mailbox: each step of the protocol that the parent takes.
///
/// | step | access |
/// | --- | --- |
/// | a task's bytes, then `STAGED` | plain, then volatile: the child may be about to sleep |
/// | `STAGED` to `TAKEN` | compare and set: the child may be about to begin |
/// | the ring's tail, then a frame's outcome | acquire, then plain |
/// | `DONE` to `EMPTY` | volatile: who stages may be about to give up |
final class Mailbox implements AutoCloseable {
  private final @Nullable SharedRegion region;
  private final MemorySegment memory;
  private final int frameCount;
  private final Waiter waiter;

  /// A mailbox in a region of its own.
  static Mailbox create(int frameCount, byte[] digest, Waiter waiter) {
    SharedRegion region =
        SharedRegion.create(MailboxLayout.bytes(frameCount), SharedRegion.Purpose.MAILBOX);
    Mailbox mailbox = new Mailbox(region, region.segment(), frameCount, waiter);
    mailbox.writeHeader(digest);
    return mailbox;
  }

  /// @param region what is to be unmapped in the end; null for bytes of somebody else's
  Mailbox(@Nullable SharedRegion region, MemorySegment memory, int frameCount, Waiter waiter) {
    this.region = region;
    this.memory = memory;
    this.frameCount = frameCount;
    this.waiter = waiter;
  }

  private void writeHeader(byte[] digest) {
    Words.setInt(memory, MAGIC_AT, MAGIC);
    Words.setInt(memory, PARENT_PROTOCOL, PROTOCOL_VERSION);
    Words.setInt(memory, PARENT_LAYOUT, LAYOUT_VERSION);
    Words.setInt(memory, FRAME_COUNT, frameCount);
    Words.setLong(memory, FRAME_BYTES_AT, FRAME_BYTES);
    MemorySegment.copy(
        digest, 0, memory, ValueLayout.JAVA_BYTE, PARENT_DIGEST, MailboxLayout.DIGEST_BYTES);
  }

  int descriptor() {
    return Objects.requireNonNull(region).fileDescriptor().orElseThrow();
  }

  long byteSize() {
    return memory.byteSize();
  }

  MemorySegment memory() {
    return memory;
  }

  int frameCount() {
    return frameCount;
  }

  int childState() {
    return Words.getAcquire(memory, CHILD_STATE);
  }

  int childProtocol() {
    return Words.getInt(memory, MailboxLayout.CHILD_PROTOCOL);
  }

  int childLayout() {
    return Words.getInt(memory, MailboxLayout.CHILD_LAYOUT);
  }

  boolean hasSameDigest() {
    return Arrays.equals(
        digestAt(MailboxLayout.PARENT_DIGEST), digestAt(MailboxLayout.CHILD_DIGEST));
  }

  private byte[] digestAt(long offset) {
    return memory.asSlice(offset, MailboxLayout.DIGEST_BYTES).toArray(ValueLayout.JAVA_BYTE);
  }

  int heartbeat() {
    return Words.getAcquire(memory, HEARTBEAT);
  }

  int state(int number) {
    return Words.getVolatile(memory, frame(number) + STATE);
  }

  /// Publishes a frame that is written, and wakes the child if it sleeps.
  void stage(int number) {
    publish(number);
    wakeSleeper(number);
  }

  void publish(int number) {
    Words.setVolatile(memory, frame(number) + STATE, STAGED);
  }

  void wakeSleeper(int number) {
    if (Words.getVolatile(memory, PARKED) != 0) {
      waiter.wake(memory, frame(number) + STATE);
    }
  }

  /// Whether the child has not begun it, and won't.
  boolean takeBack(int number) {
    return Words.compareAndSet(memory, frame(number) + STATE, STAGED, TAKEN);
  }

  /// The outcome was read: the frame may be written again.
  void empty(int number) {
    Words.setVolatile(memory, frame(number) + STATE, EMPTY);
  }

  int ringTail() {
    return Words.getAcquire(memory, RING_TAIL);
  }

  int ringEntry(int completion) {
    return Words.getInt(memory, MailboxLayout.ringEntry(completion));
  }

  /// Leaves a word for the kernel in a frame, and has it seen.
  void askToStop(int number, int how) {
    Words.setRelease(memory, frame(number) + STOP_WORD, how);
    if (how == MailboxLayout.INTERRUPT) {
      hurry();
    }
  }

  /// Has the child's second thread look around now, not only when its time comes.
  void hurry() {
    Words.getAndAdd(memory, CONTROL, 1);
    waiter.wake(memory, CONTROL);
  }

  /// Has the child end once it has nothing to do.
  void shutDown() {
    Words.setVolatile(memory, SHUTDOWN, 1);
    hurry();
    for (int number = 0; number < frameCount; number++) {
      waiter.wake(memory, frame(number) + STATE);
    }
  }

  /// Has the child unmap a segment, some time; false if too many are on the list.
  boolean forget(long segment) {
    int tail = Words.getInt(memory, FORGET_TAIL);
    if (tail - Words.getAcquire(memory, FORGET_HEAD) >= FORGET_ENTRIES) {
      return false;
    }
    Words.setLong(memory, MailboxLayout.forgetEntry(tail), segment);
    Words.setRelease(memory, FORGET_TAIL, tail + 1);
    return true;
  }

  /// Unmaps it: only behind the end of the child.
  @Override
  public void close() {
    if (region != null) {
      region.close();
    }
  }
}
