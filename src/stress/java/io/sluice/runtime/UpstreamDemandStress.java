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

/// The engine asks for tasks while the publisher hands out its subscription, and while it asks for more.
/// The publisher counts in a plain field, so that requests side by side lose some.
///
/// The results: tasks requested of the publisher, requests inside or beside a request.
@JCStressTest
@Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "all were requested, one request after another")
@Outcome(
    id = "[0-2], .",
    expect = FORBIDDEN,
    desc = "what was asked for before the subscription came, or beside another request, was lost")
@Outcome(id = "[4-9], .", expect = FORBIDDEN, desc = "something was requested twice")
@Outcome(id = "3, [1-9]", expect = FORBIDDEN, desc = "two threads requested at once")
@State
public class UpstreamDemandStress {
  private final UpstreamDemand demand = new UpstreamDemand(broken -> {});
  private final Counting publisher = new Counting();

  @Actor
  public void ask() {
    request();
    request();
  }

  @Actor
  public void subscribeAndAsk() {
    demand.set(publisher);
    request();
  }

  private void request() {
    demand.owe(1);
    demand.requestOwed();
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = publisher.requestedCount;
    result.r2 = publisher.besideCount;
  }

  private static final class Counting implements Subscription {
    private int requestedCount;
    private int besideCount;
    private boolean inside;

    @Override
    public void request(long n) {
      besideCount += inside ? 1 : 0;
      inside = true;
      requestedCount += (int) n;
      inside = false;
    }

    @Override
    public void cancel() {}
  }
}
