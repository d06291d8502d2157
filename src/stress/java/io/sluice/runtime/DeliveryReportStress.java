package io.sluice.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A result is delivered while the engine, to which a result is in the way, asks for a report and then looks at the
/// count: it sees the delivery, or is told of it.
///
/// The results: what the engine saw, reports posted.
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the engine has seen it")
@Outcome(id = "[01], 1", expect = ACCEPTABLE, desc = "the engine is told")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "a run waits at its maximum, and nobody tells")
@State
public class DeliveryReportStress {
  private final Posts posts = new Posts();
  private final SchedulerSink sink = new SchedulerSink(posts, rest -> rest.run());
  private final DeliveryReport report =
      new DeliveryReport(
          sink,
          () -> {
            throw new IllegalStateException("no report is applied here, but counted");
          });

  @Actor
  public void deliver() {
    report.add(1);
  }

  @Actor
  public void ask(II_Result result) {
    report.askFor();
    result.r1 = (int) report.count();
  }

  @Arbiter
  public void look(II_Result result) {
    result.r2 = posts.count;
  }

  private static final class Posts extends DrainNotes {
    private int count;

    @Override
    public void apply(SinkEvent event) {
      count++;
    }
  }
}
