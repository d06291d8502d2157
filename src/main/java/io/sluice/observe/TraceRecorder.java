package io.sluice.observe;

import io.sluice.Sluice;
import io.sluice.error.ConfigurationException;
import reactor.core.Disposable;

/// Records what happens in a runtime, to be looked at afterwards as a [Trace].
///
/// It keeps the newest events and forgets older ones, so that it may stay on for as long as the runtime
/// lives: a task makes six to eight events, of some 100 bytes each. Whoever leaves the scheduler puts them
/// away, which is one store for each.
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
  private static final int MAX_EVENTS = 1 << 26;

  /// Of the subscription: what comes while a thread puts others away.
  private static final int BUFFER = 1 << 16;

  private final EventRing ring;
  private final Disposable subscription;

  private TraceRecorder(Sluice sluice, int maxEvents) {
    ring = new EventRing(maxEvents);
    subscription = sluice.watch(ring::add, BUFFER);
  }

  /// Begins to record, the newest 262,144 events, which are those of some 40,000 tasks.
  public static TraceRecorder of(Sluice sluice) {
    return of(sluice, DEFAULT_EVENTS);
  }

  /// Begins to record.
  ///
  /// @param maxEvents how many of the newest are kept, 1 to 67,108,864
  /// @throws ConfigurationException if that is out of its range
  public static TraceRecorder of(Sluice sluice, int maxEvents) {
    if (maxEvents < 1 || maxEvents > MAX_EVENTS) {
      throw new ConfigurationException(
          "trace.maxEvents",
          "must lie in 1 to 67108864",
          maxEvents,
          "a task makes six to eight events; leave it out for 262144");
    }
    return new TraceRecorder(sluice, maxEvents);
  }

  /// What was recorded so far: behind a drain, all that came before it. Recording goes on.
  public Trace trace() {
    return TraceBuilder.build(ring.newest(), ring.overwrittenCount());
  }

  /// Ends the recording; what was recorded can still be had.
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
