package io.sluice.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A dispatcher stores an item and looks whether the worker sleeps; the worker announces its sleep and
/// looks into its inbox.
@JCStressTest
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "both missed: the worker sleeps on its item")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the worker found the item and stays awake")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the dispatcher saw the sleeper and woke it")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both: woken while it got up by itself")
@State
public class ParkHandshakeStress {
  private final Inbox inbox = new Inbox();
  private final WorkerStatus status = new WorkerStatus();

  @Actor
  public void dispatcher(II_Result result) {
    inbox.put(NoWork.INSTANCE, true);
    result.r1 = status.isParked() ? 1 : 0;
  }

  @Actor
  public void sleeper(II_Result result) {
    status.announceSleep();
    result.r2 = inbox.isEmpty() ? 0 : 1;
  }
}
