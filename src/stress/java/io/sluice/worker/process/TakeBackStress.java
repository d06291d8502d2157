package io.sluice.worker.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// The parent takes a staged task back while the child begins it.
@JCStressTest
@Outcome(id = "1, 1", expect = FORBIDDEN, desc = "it runs twice")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "it never runs")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the parent has it back")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the child runs it")
@State
public class TakeBackStress {
  private final HeapMailbox mailbox = new HeapMailbox();

  public TakeBackStress() {
    mailbox.parent.stage(0);
  }

  @Actor
  public void parent(II_Result result) {
    result.r1 = mailbox.parent.takeBack(0) ? 1 : 0;
  }

  @Actor
  public void child(II_Result result) {
    result.r2 = mailbox.child.begin(0) ? 1 : 0;
  }
}
