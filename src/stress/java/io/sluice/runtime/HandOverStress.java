package io.sluice.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.engine.Engine;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// One thread's drain reaches its bound and hands the rest over, while another posts and is the
/// executor as well.
///
/// The results: events applied, of 1,032, without the thousand; events of each producer in order;
/// drains inside drains.
@JCStressTest
@Outcome(
    id = "32, 1, 0",
    expect = ACCEPTABLE,
    desc = "each event once and in order, whoever drained the rest")
@Outcome(
    id = "(-.*|.|[0-2].|3[01]), ., .",
    expect = FORBIDDEN,
    desc = "the rest was left to nobody, or a post relied on a drain that had ended")
@Outcome(id = ".*, 0, .", expect = FORBIDDEN, desc = "the rest was drained out of order")
@Outcome(
    id = ".*, ., [1-9].*",
    expect = FORBIDDEN,
    desc = "the executor drained while the one that handed over still did")
@State
public class HandOverStress {
  private static final int BURST_COUNT = SchedulerSink.MAX_EVENTS_PER_DRAIN + 6;
  private static final int SHOWN_FROM = 1_000;

  private final DrainNotes notes = new DrainNotes();
  private final AtomicReference<Runnable> rest = new AtomicReference<>();
  private final SchedulerSink sink = new SchedulerSink(notes, rest::set);

  @Actor
  public void postBurst() {
    sink.post(
        new SinkEvent() {
          @Override
          void apply(Engine engine) {
            for (int i = 0; i < BURST_COUNT; i++) {
              sink.post(new NumberedEvent(0, i));
            }
          }
        });
  }

  @Actor
  public void postTwoAndExecute() {
    sink.post(new NumberedEvent(1, 0));
    runRest();
    sink.post(new NumberedEvent(1, 1));
    for (int i = 0; i < 1_000 && rest.get() == null; i++) {
      Thread.onSpinWait();
    }
    runRest();
  }

  private boolean runRest() {
    Runnable handed = rest.getAndSet(null);
    if (handed != null) {
      handed.run();
    }
    return handed != null;
  }

  @Arbiter
  public void executeTheRest(III_Result result) {
    while (runRest()) {
      // until nothing is handed over any more
    }
    notes.report(result);
    result.r1 -= SHOWN_FROM;
  }
}
