package io.sluice.test;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/// Counts what is requested of a publisher, and what it emits, of all its subscribers together.
///
/// ```java
/// DemandProbe<Task> probe = DemandProbe.on(tasks);
/// sluice.submit(probe.flux());
/// ```
///
/// **Threads.** Any.
///
/// @param <T> what it emits
public final class DemandProbe<T> {
  private final Publisher<T> publisher;
  private final AtomicLong requested = new AtomicLong();
  private final AtomicLong emitted = new AtomicLong();
  private final AtomicLong cancelled = new AtomicLong();

  private DemandProbe(Publisher<T> publisher) {
    this.publisher = publisher;
  }

  /// A probe on this publisher, to be subscribed to in its place.
  public static <T> DemandProbe<T> on(Publisher<T> publisher) {
    return new DemandProbe<>(Objects.requireNonNull(publisher, "publisher"));
  }

  /// The publisher with the probe behind it: signals pass as they come.
  public Flux<T> flux() {
    return Flux.from(publisher)
        .doOnNext(element -> emitted.incrementAndGet())
        .doOnCancel(cancelled::incrementAndGet)
        .doOnRequest(this::add);
  }

  private void add(long count) {
    requested.accumulateAndGet(
        count, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
  }

  /// All that was requested so far; `Long.MAX_VALUE` for without bounds.
  public long requested() {
    return requested.get();
  }

  /// All that was emitted so far.
  public long emitted() {
    return emitted.get();
  }

  /// Requested and not emitted yet.
  public long outstanding() {
    return requested() - emitted();
  }

  /// Whether a subscriber has cancelled.
  public boolean isCancelled() {
    return cancelled.get() > 0;
  }

  /// Checks that exactly so many were requested so far.
  public void assertRequested(long total) {
    if (requested() != total) {
      throw new AssertionError(
          String.format(
              Locale.ROOT, "%,d should have been requested, %,d were", total, requested()));
    }
  }
}
