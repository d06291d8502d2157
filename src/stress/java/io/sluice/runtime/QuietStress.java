package io.sluice.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A thread posts, says so, and posts again to find a moment of quiet, while another posts as well.
/// The engine, told that nothing is queued, resets itself, and must not while a post that has
/// returned was not applied. Such a post can lie behind one of the other thread that is between its
/// two steps, where the drain can't reach it.
///
/// The results: events applied, moments called quiet that were not.
@JCStressTest
@Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "quiet was called with nothing queued")
@Outcome(
    id = "3, [1-9]",
    expect = FORBIDDEN,
    desc = "quiet was called while a posted event was queued: a drain would resolve too early")
@Outcome(id = "[0-2], .", expect = FORBIDDEN, desc = "an event was not applied")
@State
public class QuietStress {
  private volatile boolean posted;
  private final Notes notes = new Notes();
  private final SchedulerSink sink = new SchedulerSink(notes, rest -> rest.run());

  @Actor
  public void post() {
    sink.post(new NumberedEvent(0, 0));
  }

  @Actor
  public void postSayAndLook() {
    sink.post(new NumberedEvent(1, 0));
    posted = true;
    sink.post(new NumberedEvent(0, 0));
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = notes.appliedCount();
    result.r2 = notes.wrongCount;
  }

  private final class Notes extends DrainNotes {
    private boolean postedBefore;
    private boolean applied;
    private int wrongCount;

    /// Looked at before the sink looks for quiet: what is posted while it looks, comes behind.
    @Override
    public void begin(Outbox outbox) {
      postedBefore = posted;
    }

    @Override
    public void apply(SinkEvent event) {
      super.apply(event);
      applied |= event instanceof NumberedEvent numbered && numbered.producer == 1;
    }

    @Override
    public void idle() {
      wrongCount += postedBefore && !applied ? 1 : 0;
    }
  }
}
