package io.sluice.observe;

import io.sluice.Sluice;
import io.sluice.task.TaskEvent;
import java.util.Objects;
import reactor.core.Disposable;

/// Writes what happens in a runtime into the JVM's flight recorder (JFR), where one is recording.
///
/// | event | when | fields |
/// | --- | --- | --- |
/// | `sluice.Admission` | a task was admitted | task, name, kernel, run, bytes, waitedNs, demandCount |
/// | `sluice.Dispatch` | a member was handed to a worker | task, name, run, member, pool, worker |
/// | `sluice.Completion` | a task was decided | task, name, run, state, runTimeNs, failure |
/// | `sluice.Stall` | something does not move | run, reason, sentence |
///
/// They lie in the category *Sluice*, carry no stack traces, and are on unless a recording's settings turn
/// them off. Where no recording is running they cost a look at a flag.
///
/// **Threads.** Whoever leaves the scheduler with an event.
public final class FlightRecording implements Disposable, AutoCloseable {
  /// Of the subscription: what comes while a thread writes.
  private static final int BUFFER = 1 << 14;

  private final Disposable subscription;

  private FlightRecording(Sluice sluice) {
    subscription = sluice.watch(FlightRecording::take, BUFFER);
  }

  /// Writes from now on, until this or the runtime is disposed of.
  public static FlightRecording of(Sluice sluice) {
    return new FlightRecording(Objects.requireNonNull(sluice, "sluice"));
  }

  private static void take(TaskEvent event) {
    switch (event) {
      case TaskEvent.Admitted admitted -> FlightEvents.admission(admitted);
      case TaskEvent.Started started -> FlightEvents.dispatch(started);
      case TaskEvent.Completed completed -> FlightEvents.completion(completed);
      case TaskEvent.Failed failed -> FlightEvents.completion(failed);
      case TaskEvent.Cancelled cancelled -> FlightEvents.completion(cancelled);
      case TaskEvent.Stalled stalled -> FlightEvents.stall(stalled);
      default -> {}
    }
  }

  @Override
  public void dispose() {
    subscription.dispose();
  }

  @Override
  public boolean isDisposed() {
    return subscription.isDisposed();
  }

  /// The same as [#dispose()].
  @Override
  public void close() {
    dispose();
  }
}
