package io.sluice.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// The worker and a thief are after the same item.
@JCStressTest
@Outcome(id = "1, 1", expect = FORBIDDEN, desc = "it runs twice")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "it never runs")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the worker runs it")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the thief runs it")
@State
public class InboxStress {
  private final Inbox inbox = new Inbox();

  public InboxStress() {
    inbox.put(NoWork.INSTANCE, true);
  }

  @Actor
  public void worker(II_Result result) {
    result.r1 = inbox.take() == null ? 0 : 1;
  }

  @Actor
  public void thief(II_Result result) {
    Work seen = inbox.peekOpen();
    result.r2 = seen != null && inbox.takeOpen(seen) ? 1 : 0;
  }
}
