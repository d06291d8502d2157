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

/// A publisher completes on its own thread, and throws from the request that another thread makes.
///
/// The results: completions, failures that are told.
@JCStressTest
@Outcome(
    id = "1, 0",
    expect = ACCEPTABLE,
    desc = "it completed first; the exception goes to a hook")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "it threw first, and has failed")
@Outcome(id = "1, 1", expect = FORBIDDEN, desc = "the run was told of two ends")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the run was told of no end, and stays open")
@State
public class CheckedEndStress {
  private final CountingSubscriber subscriber = new CountingSubscriber();
  private static final RuntimeException FAILURE = new IllegalStateException("thrown from request");

  public CheckedEndStress() {
    subscriber.onSubscribe(
        new Subscription() {
          @Override
          public void request(long n) {
            throw FAILURE;
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
  public void complete() {
    subscriber.onComplete();
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = subscriber.completedCount.get();
    result.r2 = subscriber.failedCount.get();
  }
}
