package io.sluice.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// The worker, a thief and a dispatcher that takes it back are after the same item. All other
/// outcomes are forbidden: nobody got it, or two did.
@JCStressTest
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "the worker runs it")
@Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "the thief runs it")
@Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "it is refused")
@State
public class InboxStress {
  private final Inbox inbox = new Inbox();

  public InboxStress() {
    inbox.put(NoWork.INSTANCE, true);
  }

  @Actor
  public void worker(III_Result result) {
    result.r1 = inbox.take() == null ? 0 : 1;
  }

  @Actor
  public void thief(III_Result result) {
    Work seen = inbox.peekOpen();
    result.r2 = seen != null && inbox.takeOpen(seen) ? 1 : 0;
  }

  @Actor
  public void dispatcher(III_Result result) {
    result.r3 = inbox.retract(NoWork.INSTANCE) ? 1 : 0;
  }
}
