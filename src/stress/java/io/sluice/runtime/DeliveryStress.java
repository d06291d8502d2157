package io.sluice.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.task.Task;
import io.sluice.test.ManualPublisher;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// Two results wait. One thread asks for them one by one while another asks as well, and the publisher
/// completes.
///
/// The results: elements, last signals, signals beside others or behind the end.
@JCStressTest
@Outcome(id = "2, 1, 0", expect = ACCEPTABLE, desc = "each once, and the end behind them")
@Outcome(id = "[3-9], ., .", expect = FORBIDDEN, desc = "a result was delivered twice")
@Outcome(id = "[01], ., .", expect = FORBIDDEN, desc = "demand was lost, or a result")
@Outcome(id = "2, 0, .", expect = FORBIDDEN, desc = "nobody signalled the end")
@Outcome(id = "2, [2-9], .", expect = FORBIDDEN, desc = "the end was signalled twice")
@Outcome(id = "2, 1, [1-9]", expect = FORBIDDEN, desc = "two threads delivered at once")
@State
public class DeliveryStress {
  private final StressSubscriber subscriber = new StressSubscriber();
  private final ManualPublisher<Task> publisher = ManualPublisher.create();

  public DeliveryStress() {
    StressShell.run(publisher).subscribe(subscriber);
    publisher.next(StressShell.task(), StressShell.task());
  }

  @Actor
  public void ask() {
    subscriber.subscription.request(1);
  }

  @Actor
  public void askAndComplete() {
    subscriber.subscription.request(1);
    publisher.complete();
  }

  @Arbiter
  public void look(III_Result result) {
    result.r1 = subscriber.elementCount;
    result.r2 = subscriber.endCount;
    result.r3 = subscriber.wrongCount;
  }
}
