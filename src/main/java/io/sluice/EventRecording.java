package io.sluice;

import io.sluice.runtime.EventRing;
import io.sluice.task.TaskEvent;
import java.util.List;
import reactor.core.Disposable;

/// The newest events of a runtime, as many as were asked for.
///
/// **Threads.** Any, at the same time.
public final class EventRecording implements Disposable {
  private final EventRing ring;
  private final Disposable recording;

  EventRecording(EventRing ring, Disposable recording) {
    this.ring = ring;
    this.recording = recording;
  }

  /// Those that are there, the oldest first: behind a drain, all that came before it, as far as there was
  /// room. Recording goes on.
  public List<TaskEvent> newest() {
    return ring.newest();
  }

  /// How many older ones there was no room for.
  public long forgottenCount() {
    return ring.overwrittenCount();
  }

  /// Ends it. What was recorded can still be had. Idempotent.
  @Override
  public void dispose() {
    recording.dispose();
  }

  @Override
  public boolean isDisposed() {
    return recording.isDisposed();
  }
}
