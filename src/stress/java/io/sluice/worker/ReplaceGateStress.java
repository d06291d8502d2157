package io.sluice.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A thread leaves an item while somebody starts another one in its place. Either it goes on, or the
/// other one does.
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the thread had left, and goes on")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "replaced inside; it sees so, and ends")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "two threads go on as one worker")
@Outcome(id = "0, 1", expect = FORBIDDEN, desc = "the worker has no thread left")
@State
public class ReplaceGateStress {
  private final InterruptGate gate = new InterruptGate();

  public ReplaceGateStress() {
    gate.enter(NoWork.INSTANCE);
  }

  @Actor
  public void worker(II_Result result) {
    gate.leave(NoWork.INSTANCE);
    result.r2 = gate.isLost() ? 1 : 0;
  }

  @Actor
  public void replacer(II_Result result) {
    result.r1 = gate.lose(NoWork.INSTANCE, () -> true) ? 1 : 0;
  }
}
