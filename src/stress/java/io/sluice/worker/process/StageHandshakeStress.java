package io.sluice.worker.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// The parent stages a task and looks whether the child sleeps; the child says that it sleeps, and looks at
/// the frame.
@JCStressTest
@Outcome(
    id = "0, 1",
    expect = FORBIDDEN,
    desc = "the child sleeps on its task, and nobody wakes it")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the child saw the task")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "both: a wake-up too many")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the parent saw the sleeper, and woke it")
@State
public class StageHandshakeStress {
  private final HeapMailbox mailbox = new HeapMailbox();

  @Actor
  public void parent(II_Result result) {
    mailbox.parent.stage(0);
    result.r1 = mailbox.wakes.wakeCount;
  }

  @Actor
  public void child(II_Result result) {
    result.r2 = mailbox.child.maySleep(0, MailboxLayout.EMPTY) ? 1 : 0;
  }
}
