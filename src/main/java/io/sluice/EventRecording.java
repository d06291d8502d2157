package io.sluice;

import io.sluice.runtime.EventRing;
import io.sluice.task.TaskEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import reactor.core.Disposable;

/// The newest events of a runtime, as many as were asked for.
///
/// It holds on to nothing of a user's: the causes of failures are kept by name, as a
/// [io.sluice.error.RecordedFailure], and trails of leaks are left out.
///
/// **Bound.** Places for as many events as were asked for, of less than 500 bytes where names are short, and
/// some 100 as a rule. A task's admission takes one more for each two dependencies beyond the first two, and for
/// each 100 characters of its name; a stall's diagnosis for each 100 characters. Of dependencies that no ring of
/// this size could hold, the first are kept. Names of runs and kernels are not weighed, nor is a task's name in
/// events behind its admission.
///
/// **Threads.** Any, at the same time.
public final class EventRecording implements Disposable {
  private final EventRing ring;
  private final Disposable recording;

  private final LongSupplier clock;
  private final Set<String> processPools;

  /// Once it has ended.
  private final AtomicLong endedNs = new AtomicLong(Long.MIN_VALUE);

  EventRecording(
      EventRing ring, Disposable recording, LongSupplier clock, Set<String> processPools) {
    this.ring = ring;
    this.recording = recording;
    this.clock = clock;
    this.processPools = processPools;
  }

  /// The time by the clock of the events, in nanoseconds; once the recording has ended, that of its end.
  public long nowNs() {
    long ended = endedNs.get();
    return ended == Long.MIN_VALUE ? clock.getAsLong() : ended;
  }

  /// Those that are there, the oldest first: behind a drain, all that came before it, as far as there was
  /// room. Recording goes on.
  public List<TaskEvent> newest() {
    return ring.newest();
  }

  /// The names of the pools whose workers are processes: a kernel that is given up there is killed, and no event
  /// tells of its end.
  public Set<String> processPools() {
    return processPools;
  }

  /// How many older ones there was no room for.
  public long forgottenCount() {
    return ring.overwrittenCount();
  }

  /// Ends it. What was recorded can still be had. Idempotent.
  @Override
  public void dispose() {
    endedNs.compareAndSet(Long.MIN_VALUE, clock.getAsLong());
    recording.dispose();
  }

  @Override
  public boolean isDisposed() {
    return recording.isDisposed();
  }
}
