package io.sluice.worker.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// The parent writes two segments that are to be forgotten while the child looks for them.
@JCStressTest
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "a number that nobody wrote yet, one of them twice, or the later one first")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the child came before both")
@Outcome(
    id = {"7, 0", "0, 7"},
    expect = ACCEPTABLE,
    desc = "it came between")
@Outcome(id = "7, 8", expect = ACCEPTABLE, desc = "it came behind both")
@State
public class ForgetStress {
  private final HeapMailbox mailbox = new HeapMailbox();

  @Actor
  public void parent() {
    mailbox.parent.forget(7);
    mailbox.parent.forget(8);
  }

  @Actor
  public void child(JJ_Result result) {
    result.r1 = mailbox.child.pollForgotten();
    result.r2 = mailbox.child.pollForgotten();
  }
}
