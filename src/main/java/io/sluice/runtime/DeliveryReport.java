package io.sluice.runtime;

import io.sluice.engine.Engine;
import java.util.concurrent.atomic.AtomicInteger;

/// How many results of a run were handed over since the engine was told last.
///
/// One object for all reports of a run: what is added while it is on its way goes along. Who raises the
/// count from 0 posts it, and it is taken back to 0 only where it is applied, so it is never in the
/// queue twice.
///
/// **Threads.** Whoever delivers adds; the drain applies.
final class DeliveryReport extends SinkEvent {
  private final PublisherRun<?> run;
  private final AtomicInteger count = new AtomicInteger();

  DeliveryReport(PublisherRun<?> run) {
    this.run = run;
  }

  /// Adds some.
  ///
  /// @return whether the caller has to post it
  boolean add(int deliveredCount) {
    return count.getAndAdd(deliveredCount) == 0;
  }

  @Override
  void apply(Engine engine) {
    engine.delivered(run.run(), count.getAndSet(0));
  }
}
