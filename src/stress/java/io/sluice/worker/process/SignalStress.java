package io.sluice.worker.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A child raises the signal and looks whether the watcher sleeps; the watcher says so, and looks at the
/// signal.
@JCStressTest
@Outcome(id = "0, 1", expect = FORBIDDEN, desc = "the watcher sleeps, and nobody wakes it")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the watcher saw the signal")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "both: a wake-up too many")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the child saw the sleeper, and woke it")
@State
public class SignalStress {
  private final HeapMailbox mailbox = new HeapMailbox();

  @Actor
  public void child(II_Result result) {
    mailbox.signal.raise();
    result.r1 = mailbox.wakes.wakeCount;
  }

  @Actor
  public void watcher(II_Result result) {
    result.r2 = mailbox.signal.maySleep(0) ? 1 : 0;
  }
}
