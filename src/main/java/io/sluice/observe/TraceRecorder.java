package io.sluice.observe;

import io.sluice.EventRecording;
import io.sluice.Sluice;
import reactor.core.Disposable;

/// Records what happens in a runtime, to be looked at afterwards as a [Trace].
///
/// It keeps the newest events and forgets older ones, so that it may stay on for as long as the runtime
/// lives: a task makes six to eight events, of some 100 bytes each; long ones, such as an admission with hundreds
/// of dependencies, count for several, and failures are kept by name ([EventRecording]). The scheduler puts
/// them away itself, which is one store for each ([Sluice#record]).
///
/// ```java
/// try (TraceRecorder recorder = TraceRecorder.of(sluice)) {
///   sluice.submit(tasks).then(sluice.drain()).block();
///   recorder.trace().writeChromeJson(Path.of("run.json"));
/// }
/// ```
///
/// **Threads.** Safe to share.
public final class TraceRecorder implements AutoCloseable, Disposable {
  private static final int DEFAULT_EVENTS = 1 << 18;

  private final EventRecording recording;

  private TraceRecorder(EventRecording recording) {
    this.recording = recording;
  }

  /// Begins to record, the newest 262,144 events, which are those of some 40,000 tasks: some 25 MB, and less than
  /// 130 where names are short: what is weighed of them says [EventRecording].
  public static TraceRecorder of(Sluice sluice) {
    return of(sluice, DEFAULT_EVENTS);
  }

  /// Begins to record.
  ///
  /// @param maxEvents how many of the newest are kept, 1 to 67,108,864
  /// @throws io.sluice.error.ConfigurationException if that is out of its range
  public static TraceRecorder of(Sluice sluice, int maxEvents) {
    return new TraceRecorder(sluice.record(maxEvents));
  }

  /// What was recorded so far: behind a drain, all that came before it. Recording goes on.
  /// Kernels that run are slices that end now, also those that were given up.
  public Trace trace() {
    return TraceBuilder.build(
        recording.newest(),
        recording.forgottenCount(),
        recording.nowNs(),
        recording.processPools());
  }

  /// Ends the recording; what was recorded can still be had.
  @Override
  public void dispose() {
    recording.dispose();
  }

  @Override
  public boolean isDisposed() {
    return recording.isDisposed();
  }

  /// The same as [#dispose()].
  @Override
  public void close() {
    dispose();
  }
}
