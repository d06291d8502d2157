package io.sluice.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Who stops a kernel leaves a mark and looks for a thread inside; a worker enters, writes something
/// volatile (the call in progress), and looks for the mark.
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the thread was found inside; the kernel runs")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "nobody was inside; the mark is seen")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the kernel runs, and nobody can be replaced")
@State
public class StopHandshakeStress {
  private final InterruptGate gate = new InterruptGate();
  private volatile Object call;
  private volatile boolean stopRequested;

  @Actor
  public void worker(II_Result result) {
    gate.enter(NoWork.INSTANCE);
    call = NoWork.INSTANCE;
    result.r2 = stopRequested ? 1 : 0;
  }

  @Actor
  public void stopper(II_Result result) {
    stopRequested = true;
    result.r1 = gate.lose(NoWork.INSTANCE, () -> true) ? 1 : 0;
  }

  Object call() {
    return call;
  }
}
