package io.sluice.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// Two threads post two events each, and whoever raises the count from zero drains. What the drains
/// note lies in plain fields, so that a drain which does not see the one before loses a note.
///
/// The results: events applied, events of each producer in order, drains inside drains.
@JCStressTest
@Outcome(id = "4, 1, 0", expect = ACCEPTABLE, desc = "each event once, in its producer's order")
@Outcome(
    id = "[0-3], ., .",
    expect = FORBIDDEN,
    desc =
        "an event was posted as the count went to zero, and nobody drained it; or a drain did not"
            + " see what the one before wrote")
@Outcome(id = "[5-9], ., .", expect = FORBIDDEN, desc = "an event was applied twice")
@Outcome(id = "4, 0, .", expect = FORBIDDEN, desc = "a producer's second event overtook its first")
@Outcome(id = "4, 1, [1-9]", expect = FORBIDDEN, desc = "two threads drained at once")
@State
public class SinkStress {
  private final DrainNotes notes = new DrainNotes();
  private final SchedulerSink sink = new SchedulerSink(notes, rest -> rest.run());

  @Actor
  public void postTwo() {
    sink.post(new NumberedEvent(0, 0));
    sink.post(new NumberedEvent(0, 1));
  }

  @Actor
  public void postTwoMore() {
    sink.post(new NumberedEvent(1, 0));
    sink.post(new NumberedEvent(1, 1));
  }

  @Arbiter
  public void look(III_Result result) {
    notes.report(result);
  }
}
