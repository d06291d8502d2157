package io.sluice.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A worker that still counts as searching goes away with another worker's item and looks into its
/// inbox; a dispatcher stores an item for it and looks at what it does.
@JCStressTest
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "both missed: nobody watches over the item")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the worker found the item and called for help")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the dispatcher saw that the worker is away")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both: two sleepers are woken for one item")
@State
public class AwayHandshakeStress {
  private final Inbox inbox = new Inbox();
  private final WorkerStatus status = new WorkerStatus();

  public AwayHandshakeStress() {
    status.search();
  }

  @Actor
  public void dispatcher(II_Result result) {
    inbox.put(NoWork.INSTANCE, true);
    result.r1 = status.get() == WorkerState.AWAY ? 1 : 0;
  }

  @Actor
  public void worker(II_Result result) {
    status.goAway();
    result.r2 = inbox.peekOpen() == null ? 0 : 1;
  }
}
