package io.sluice.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import reactor.core.publisher.Flux;

/// A result waits. One thread asks for it while another cancels.
///
/// The results: delivered, discarded, last signals beside or behind others.
@JCStressTest
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "the subscriber has it")
@Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "it was given back, and the hook is told")
@Outcome(id = "0, 0, .", expect = FORBIDDEN, desc = "it is lost: its bytes never come back")
@Outcome(
    id = "1, 1, .",
    expect = FORBIDDEN,
    desc = "the subscriber reads bytes that were given back")
@Outcome(id = "., ., [1-9]", expect = FORBIDDEN, desc = "two threads delivered at once")
@State
public class DeliveryCancelStress {
  private final StressSubscriber subscriber = new StressSubscriber();

  public DeliveryCancelStress() {
    StressShell.run(Flux.just(StressShell.task()).concatWith(Flux.never())).subscribe(subscriber);
  }

  @Actor
  public void ask() {
    subscriber.subscription.request(1);
  }

  @Actor
  public void cancel() {
    subscriber.subscription.cancel();
  }

  @Arbiter
  public void look(III_Result result) {
    result.r1 = subscriber.elementCount;
    result.r2 = subscriber.discardedCount.get();
    result.r3 = subscriber.wrongCount;
  }
}
