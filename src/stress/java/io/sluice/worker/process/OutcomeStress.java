package io.sluice.worker.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// The child writes an outcome and gives the frame back; the parent sees the ring move.
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nothing completed yet")
@Outcome(id = "1, 7", expect = ACCEPTABLE, desc = "completed, with its outcome")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "H-37, H-41: the ring was seen, the outcome not")
@Outcome(id = "2, 7", expect = FORBIDDEN, desc = "the ring was seen, the state not")
@State
public class OutcomeStress {
  private static final long PAYLOAD = MailboxLayout.frame(0) + 200;

  private final HeapMailbox mailbox = new HeapMailbox();

  @Actor
  public void child() {
    Words.setInt(mailbox.memory, PAYLOAD, 7);
    mailbox.child.complete(0);
  }

  @Actor
  public void parent(II_Result result) {
    if (mailbox.parent.ringTail() == 1) {
      result.r1 = mailbox.parent.state(0) == MailboxLayout.DONE ? 1 : 2;
      result.r2 = Words.getInt(mailbox.memory, PAYLOAD);
    }
  }
}
