package io.sluice.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.engine.Engine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// One thread posts an event that may go along with the next one, while the event that was promised comes
/// and takes the promise back: no other follows. So it is applied by the drain that takes the promise
/// back, or by who posts it.
///
/// The results: events applied, events that were applied while another was.
@JCStressTest
@Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "both were applied")
@Outcome(id = "2, [1-9]", expect = FORBIDDEN, desc = "two drains were inside each other")
@Outcome(
    id = "1, 0",
    expect = FORBIDDEN,
    desc = "an event lies in the queue, and nobody will drain")
@State
public class PostWithNextStress {
  private final Notes notes = new Notes();
  private final SchedulerSink sink = new SchedulerSink(notes, rest -> rest.run());

  public PostWithNextStress() {
    sink.post(new Promise());
  }

  @Actor
  public void postWithNext() {
    sink.postWithNext(new NumberedEvent(0, 0));
  }

  @Actor
  public void postTheLast() {
    sink.post(new NumberedEvent(1, 0));
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = notes.appliedCount();
    result.r2 = notes.nestedCount();
  }

  /// Nothing but what makes the drainer promise that more comes.
  private static final class Promise extends SinkEvent {
    @Override
    void apply(Engine engine) {
      // the notes promise from the start
    }
  }

  private static final class Notes extends DrainNotes {
    private boolean promises = true;

    @Override
    public void apply(SinkEvent event) {
      super.apply(event);
      promises &= !(event instanceof NumberedEvent last && last.producer == 1);
    }

    @Override
    public boolean isMoreComing() {
      return promises;
    }
  }
}
