package io.sluice.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A worker leaves an item while somebody interrupts it. The thread is never started: it is there to
/// be interrupted, and keeps its flag.
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the worker had left; nobody was interrupted")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "interrupted inside; the worker left afterwards")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "the worker left first, and was hit outside")
@Outcome(id = "0, 1", expect = FORBIDDEN, desc = "refused, but somebody was interrupted")
@State
public class InterruptGateStress {
  private final InterruptGate gate = new InterruptGate();
  private final FlagThread thread = new FlagThread();
  private boolean flagOnLeaving;

  public InterruptGateStress() {
    gate.bind(thread);
    gate.enter(NoWork.INSTANCE);
  }

  @Actor
  public void worker() {
    gate.leave(NoWork.INSTANCE);
    flagOnLeaving = thread.flag;
  }

  @Actor
  public void interrupter(II_Result result) {
    result.r1 = gate.interrupt(NoWork.INSTANCE) ? 1 : 0;
  }

  @Arbiter
  public void arbiter(II_Result result) {
    result.r2 = flagOnLeaving ? 1 : 0;
  }

  /// Its plain flag also shows that the interrupt happens-before the worker's leaving.
  private static final class FlagThread extends Thread {
    boolean flag;

    @Override
    public void interrupt() {
      flag = true;
    }
  }
}
