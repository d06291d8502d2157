package io.sluice.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// Two producers offer two events each, and one of them polls in between; what it did not get is
/// polled behind. The queue runs empty often, so that the stub goes in and out between offers.
///
/// The results: events polled, events of each producer in order, always 0.
@JCStressTest
@Outcome(id = "4, 1, 0", expect = ACCEPTABLE, desc = "each event once, in its producer's order")
@Outcome(id = "[0-3], ., .", expect = FORBIDDEN, desc = "an event fell out of the list")
@Outcome(id = "[5-9], ., .", expect = FORBIDDEN, desc = "an event was polled twice")
@Outcome(id = "4, 0, .", expect = FORBIDDEN, desc = "a producer's second event overtook its first")
@State
public class EventQueueStress {
  private final DrainNotes notes = new DrainNotes();
  private final EventQueue queue = new EventQueue();

  @Actor
  public void offerTwo() {
    queue.offer(new NumberedEvent(0, 0));
    queue.offer(new NumberedEvent(0, 1));
  }

  /// The only one that polls.
  @Actor
  public void offerAndPoll() {
    pollOne();
    queue.offer(new NumberedEvent(1, 0));
    pollOne();
    pollOne();
    queue.offer(new NumberedEvent(1, 1));
    pollOne();
  }

  private boolean pollOne() {
    SinkEvent event = queue.poll();
    if (event != null) {
      notes.apply(event);
    }
    return event != null;
  }

  @Arbiter
  public void pollTheRest(III_Result result) {
    while (pollOne()) {
      // the producers are done, so null means empty
    }
    notes.report(result);
  }
}
