package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Interrupts that a user's code has left behind: none of anybody else's.
class InterruptTest {
  private final InterruptDoor door = new InterruptDoor();

  @AfterEach
  void clear() {
    var _ = Thread.interrupted();
  }

  /// One that looks again at once, and again, takes a processor for nothing.
  @Test
  void whoPollsPausesAllTheSame() {
    long timeoutNs = Duration.ofMillis(20).toNanos();
    MemorySegment word = MemorySegment.ofArray(new int[1]);
    Thread.currentThread().interrupt();
    long startedNs = System.nanoTime();
    new PollWaiter().await(word, 0, 0, timeoutNs);
    assertThat(System.nanoTime() - startedNs).isGreaterThanOrEqualTo(timeoutNs);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void theNextKernelSeesNoneOfThem() {
    door.enter(1);
    door.leave();
    Thread.currentThread().interrupt();
    door.enter(2);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  /// While the control thread looks, the frame may go to the next task: it must not be told of that one.
  @Test
  void onlyATaskThatIsToBeInterruptedIsNamed() {
    MemorySegment memory =
        MemorySegment.ofArray(new long[(int) (MailboxLayout.bytes(1) / Long.BYTES)]);
    Words.setInt(memory, MailboxLayout.FRAME_COUNT, 1);
    Waiter waiter = new PollWaiter();
    Signal signal = new Signal(null, MemorySegment.ofArray(new long[16]), waiter);
    ChildMailbox child = new ChildMailbox(memory, signal, waiter);
    Mailbox parent = new Mailbox(null, memory, 1, waiter);
    Words.setLong(memory, MailboxLayout.frame(0) + MailboxLayout.TICKET, 7);
    parent.stage(0);
    parent.askToStop(0, MailboxLayout.INTERRUPT);
    assertThat(child.ticketToInterrupt(0)).isZero();
    assertThat(child.begin(0)).isTrue();
    assertThat(child.ticketToInterrupt(0)).isEqualTo(7);
    parent.askToStop(0, MailboxLayout.STOP);
    assertThat(child.ticketToInterrupt(0)).isZero();
  }

  @Test
  void aKernelIsInterruptedOnceAndOnlyWhileItRuns() {
    door.enter(1);
    door.interrupt(1);
    assertThat(Thread.interrupted()).isTrue();
    door.interrupt(1);
    door.interrupt(2);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    door.leave();
    door.interrupt(1);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }
}
