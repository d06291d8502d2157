package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.engine.Run;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// How many results of a run were handed over or thrown away; the engine looks when it wants to know, and is told
/// only if it has asked to be.
///
/// One object for all reports of a run: it is posted by who finds that it is asked for, and not again before it was
/// applied, so it is never in the queue twice.
///
/// **Threads.** Whoever delivers adds; the drain asks and applies.
///
/// **Order.** Who delivers raises the count and then looks whether it is asked for; who asks says so and then looks
/// at the count. Both are volatile on both sides, so at least one of them sees the other.
final class DeliveryReport extends SinkEvent {
  private static final int NOT_ASKED_FOR = 0;
  private static final int ASKED_FOR = 1;
  private static final int POSTED = 2;

  private final SchedulerSink sink;
  private final Supplier<Run> run;
  private final AtomicLong count = new AtomicLong();
  private final AtomicInteger state = new AtomicInteger(NOT_ASKED_FOR);

  /// @param run the run, once it is open
  DeliveryReport(SchedulerSink sink, Supplier<Run> run) {
    this.sink = sink;
    this.run = run;
  }

  /// Adds some.
  void add(int deliveredCount) {
    count.getAndAdd(deliveredCount);
    if (state.get() == ASKED_FOR && state.compareAndSet(ASKED_FOR, POSTED)) {
      sink.postWithNext(this);
    }
  }

  long count() {
    return count.get();
  }

  /// Has the engine told behind the next delivery. In the drain.
  void askFor() {
    state.compareAndSet(NOT_ASKED_FOR, ASKED_FOR);
  }

  @Override
  void apply(Engine engine) {
    state.set(NOT_ASKED_FOR);
    engine.delivered(run.get());
  }
}
