package io.sluice.runtime;

import org.openjdk.jcstress.infra.results.III_Result;

/// A drain that takes notes, in plain fields.
class DrainNotes implements SchedulerSink.Drainer {
  private final int[] nextNumbers = new int[2];
  private int appliedCount;
  private boolean ordered = true;
  private boolean applying;
  private int nestedCount;

  @Override
  public void begin(Outbox outbox) {}

  @Override
  public void apply(SinkEvent event) {
    nestedCount += applying ? 1 : 0;
    applying = true;
    if (event instanceof NumberedEvent numbered) {
      appliedCount++;
      ordered &= nextNumbers[numbered.producer]++ == numbered.number;
    } else {
      event.apply(null);
    }
    applying = false;
  }

  @Override
  public void applied() {}

  @Override
  public void idle() {}

  @Override
  public boolean isMoreComing() {
    return false;
  }

  int nestedCount() {
    return nestedCount;
  }

  int appliedCount() {
    return appliedCount;
  }

  final void report(III_Result result) {
    result.r1 = appliedCount;
    result.r2 = ordered ? 1 : 0;
    result.r3 = nestedCount;
  }
}
