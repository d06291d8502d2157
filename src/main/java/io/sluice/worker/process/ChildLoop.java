package io.sluice.worker.process;

import io.sluice.memory.Lease;
import io.sluice.task.KernelDirectory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A child's first thread: takes frames in turn, calls the kernel, writes the outcome.
///
/// ```
///   frame at the head:   STAGED ─▶ RUNNING ─ kernel ─▶ DONE ─▶ ring ─▶ signal, next frame
///                        TAKEN  ─▶ EMPTY, next frame
///                        else: sleep on its state
/// ```
final class ChildLoop implements Runnable {
  private final String worker;
  private final ChildMailbox mailbox;
  private final KernelDirectory kernels;
  private final ChildSegments segments;
  private final InterruptDoor door;

  ChildLoop(
      String worker,
      ChildMailbox mailbox,
      KernelDirectory kernels,
      ChildSegments segments,
      InterruptDoor door) {
    this.worker = worker;
    this.mailbox = mailbox;
    this.kernels = kernels;
    this.segments = segments;
    this.door = door;
  }

  @Override
  public void run() {
    int head = 0;
    while (true) {
      int state = mailbox.state(head);
      if (state == MailboxLayout.STAGED && mailbox.begin(head)) {
        call(head);
        mailbox.complete(head);
        head = (head + 1) % mailbox.frameCount();
      } else if (state == MailboxLayout.TAKEN) {
        mailbox.skip(head);
        head = (head + 1) % mailbox.frameCount();
      } else if (state == MailboxLayout.EMPTY || state == MailboxLayout.DONE) {
        if (mailbox.isShutDown()) {
          return;
        }
        mailbox.park(head, state);
      } else if (state != MailboxLayout.STAGED) {
        throw new IllegalStateException("frame " + head + " is in no known state: " + state);
      }
    }
  }

  private void call(int number) {
    long frame = MailboxLayout.frame(number);
    long ticket = mailbox.ticket(number);
    long startedNs = System.nanoTime();
    ChildContext context = null;
    Throwable thrown = null;
    try (Lease lease = Lease.toThread(Thread.currentThread(), ChildLoop::ended)) {
      context = new ChildContext(mailbox, number, worker, segments, lease);
      context.zeroFresh();
      door.enter(ticket);
      try {
        kernels.kernel(context.kernel()).run(context);
      } finally {
        door.leave();
      }
    } catch (Throwable any) {
      thrown = any;
    }
    write(frame, ticket, System.nanoTime() - startedNs, context, thrown);
  }

  private static String ended() {
    return "the kernel has ended; a view must not be kept";
  }

  private void write(
      long frame,
      long ticket,
      long runTimeNs,
      @Nullable ChildContext context,
      @Nullable Throwable thrown) {
    MemorySegment memory = mailbox.memory();
    Words.setLong(memory, frame + MailboxLayout.OUTCOME_TICKET, ticket);
    Words.setLong(memory, frame + MailboxLayout.RUN_TIME_NS, runTimeNs);
    Words.setInt(
        memory,
        frame + MailboxLayout.OUTCOME,
        thrown == null ? MailboxLayout.COMPLETED : MailboxLayout.FAILED);
    long[] rows = context == null ? null : context.saidRows();
    Words.setInt(memory, frame + MailboxLayout.ROWS_SAID, rows == null ? 0 : 1);
    for (int i = 0; rows != null && i < rows.length; i++) {
      Words.setLong(memory, frame + MailboxLayout.ROWS + (long) i * Long.BYTES, rows[i]);
    }
    if (thrown != null) {
      byte[] error = ErrorCodec.encode(thrown);
      Words.setInt(memory, frame + MailboxLayout.ERROR_LENGTH, error.length);
      MemorySegment.copy(
          error, 0, memory, ValueLayout.JAVA_BYTE, frame + MailboxLayout.ERROR, error.length);
    }
  }
}
