package io.sluice.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A dispatcher stores an item and looks whether the pool is closed, and then takes the item back; a
/// worker sees the pool closed and looks for its last item.
@JCStressTest
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "accepted, but the worker ended without it")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "accepted, and run as the worker's last")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "refused")
@Outcome(id = "1, 1", expect = FORBIDDEN, desc = "refused, and run all the same")
@State
public class CloseHandshakeStress {
  private final Inbox inbox = new Inbox();
  private final PoolLifetime lifetime = new PoolLifetime(1);

  @Actor
  public void dispatcher(II_Result result) {
    inbox.put(NoWork.INSTANCE, true);
    result.r1 = lifetime.isClosed() && inbox.retract(NoWork.INSTANCE) ? 1 : 0;
  }

  @Actor
  public void worker(II_Result result) {
    lifetime.close();
    result.r2 = inbox.take() == null ? 0 : 1;
  }
}
