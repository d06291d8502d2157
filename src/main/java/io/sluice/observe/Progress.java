package io.sluice.observe;

import io.sluice.Figures;
import io.sluice.Sluice;
import io.sluice.error.ConfigurationException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.util.context.Context;

/// Counts the steps of one phase of work on a runtime, and tells how far it is.
///
/// What a step is, is the caller's: a result, a batch, a file. The phase begins when this is made, and is
/// finished when all its steps are done, or by [#finish].
///
/// ```java
/// Progress progress = Progress.of(sluice, "train", batches);
/// ProgressBar.on(System.err).follow(progress);
/// sluice.submit(tasks).doOnNext(result -> progress.step()).then().block();
/// ```
///
/// **Threads.** Any, at the same time. A step costs a count and a look at the clock, unless it is reported.
public final class Progress {
  private static final long PARTS = 1_000;
  private static final long EVERY_NS = Duration.ofMillis(100).toNanos();

  private final Sluice sluice;
  private final String phase;
  private final long totalCount;
  private final LongSupplier clock;
  private final long startedNs;
  private final long endedBefore;

  private final AtomicLong stepCount = new AtomicLong();
  private final AtomicLong reportedNs;
  private volatile Supplier<String> note = () -> "";
  private volatile boolean finished;

  /// Reports are made by whoever raises it from 0; others only leave the wish.
  private final AtomicInteger reporting = new AtomicInteger();

  private final Sinks.Many<ProgressReport> reports =
      Sinks.unsafe().many().multicast().directBestEffort();

  Progress(Sluice sluice, String phase, long totalCount, LongSupplier clock) {
    this.sluice = Objects.requireNonNull(sluice, "sluice");
    this.phase = Objects.requireNonNull(phase, "phase");
    if (totalCount < 0) {
      throw new ConfigurationException(
          "progress.totalCount", "must not be negative", totalCount, "use 0 for an unknown total");
    }
    this.totalCount = totalCount;
    this.clock = clock;
    this.startedNs = clock.getAsLong();
    this.reportedNs = new AtomicLong(startedNs - EVERY_NS);
    this.endedBefore = sluice.figures().endedInAllCount();
  }

  /// A phase that begins now.
  ///
  /// @param phase its name
  /// @param totalCount how many steps it has; 0 if nobody knows
  /// @throws ConfigurationException if the total is negative
  public static Progress of(Sluice sluice, String phase, long totalCount) {
    return new Progress(sluice, phase, totalCount, System::nanoTime);
  }

  /// One step is done.
  public void step() {
    long done = stepCount.incrementAndGet();
    if (done == totalCount) {
      finish();
    } else if (isToBeReported(done)) {
      report();
    }
  }

  /// The same, with something to say of where the work stands.
  ///
  /// @param newNote asked for when it is reported, by the thread that reports; what it throws is the note
  public void step(Supplier<String> newNote) {
    note = newNote;
    step();
  }

  /// Each thousandth of the way, and at least every tenth of a second.
  private boolean isToBeReported(long done) {
    if (totalCount > 0 && done * PARTS / totalCount > (done - 1) * PARTS / totalCount) {
      return true;
    }
    long now = clock.getAsLong();
    long last = reportedNs.get();
    return now - last >= EVERY_NS && reportedNs.compareAndSet(last, now);
  }

  /// The phase is over, also if steps are missing. Idempotent.
  public void finish() {
    finished = true;
    report();
  }

  private void report() {
    if (reporting.getAndIncrement() != 0) {
      return;
    }
    Throwable thrown = null;
    int missed = 1;
    do {
      try {
        tell();
      } catch (RuntimeException | Error broken) {
        thrown = broken;
      }
      missed = reporting.addAndGet(-missed);
    } while (missed != 0);
    if (thrown != null) {
      throw Exceptions.propagate(thrown);
    }
  }

  /// Behind the last one the sink takes no more, which is as well.
  private void tell() {
    reportedNs.set(clock.getAsLong());
    ProgressReport now = now();
    EmitResult told = emitted(() -> reports.tryEmitNext(now));
    if (now.finished() && told != EmitResult.FAIL_TERMINATED) {
      var _ = emitted(reports::tryEmitComplete);
    }
  }

  /// A subscriber that throws breaks a rule; neither the step nor what is told later fails with it.
  private static EmitResult emitted(Supplier<EmitResult> emission) {
    try {
      return emission.get();
    } catch (RuntimeException | Error thrown) {
      throwIfOutOfMemory(thrown);
      Operators.onErrorDropped(thrown, Context.empty());
      return EmitResult.OK;
    }
  }

  private static void throwIfOutOfMemory(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError noMemory) {
      throw noMemory;
    }
  }

  /// Where it stands.
  public ProgressReport now() {
    boolean last = finished;
    Figures figures = sluice.figures();
    return new ProgressReport(
        phase,
        stepCount.get(),
        totalCount,
        figures.endedInAllCount() - endedBefore,
        Duration.ofNanos(clock.getAsLong() - startedNs),
        figures.heapUsedBytes(),
        figures.heapCapacityBytes(),
        noted(),
        last);
  }

  /// A note that throws ends neither a step nor the telling of all that come behind.
  private String noted() {
    try {
      return String.valueOf(note.get());
    } catch (RuntimeException | Error broken) {
      throwIfOutOfMemory(broken);
      return broken.toString();
    }
  }

  /// Reports of each thousandth of the way, or else of each tenth of a second in which there was a step;
  /// of the end in any case.
  ///
  /// **On subscribe** it begins with the next one: hot. **Completes** behind the last report; at once, and
  /// without one, if the phase is over. **Demand**: what a subscriber has not asked for it does not get.
  /// **Thread**: that of the step. It has no errors.
  public Flux<ProgressReport> reports() {
    return reports.asFlux();
  }
}
