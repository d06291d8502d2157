package io.sluice.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.reactivestreams.Subscription;

/// A publisher emits on its own thread as soon as it hears of a request that another thread makes.
///
/// The results: elements taken, rules held to be broken.
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "it had not heard of the request yet")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "it emitted what was requested")
@Outcome(
    id = ".*, 1",
    expect = FORBIDDEN,
    desc = "it was blamed for more than was requested: the count was raised behind the request")
@Outcome(id = "[2-9], .*", expect = FORBIDDEN, desc = "one element was taken twice")
@State
public class CheckedDemandStress {
  private final CountingSubscriber subscriber = new CountingSubscriber();
  private volatile boolean asked;

  public CheckedDemandStress() {
    subscriber.onSubscribe(
        new Subscription() {
          @Override
          public void request(long n) {
            asked = true;
          }

          @Override
          public void cancel() {}
        });
  }

  @Actor
  public void ask() {
    subscriber.request(1);
  }

  @Actor
  public void emit() {
    if (asked) {
      subscriber.onNext(this);
    }
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = subscriber.takenCount.get();
    result.r2 = subscriber.brokenCount.get();
  }
}
