package io.sluice.runtime;

import io.sluice.engine.FailureMode;
import io.sluice.engine.Slot;
import io.sluice.error.CompositeTaskException;
import io.sluice.task.TaskResult;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;

/// Hands a run's results to its subscriber, as many as were asked for, and its last signal.
///
/// A small queue-drain of its own: signals are serialised, by whichever thread left the scheduler's
/// drain with one, or requested.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `results` | the drain adds, the delivery takes | single producer, single consumer |
/// | `error`, `ended` | the drain | volatile |
/// | `actual` | the delivery | volatile |
/// | `ownFailure` | whoever requests, the delivery | volatile |
/// | `deliverer` | the delivery, where it changes | volatile |
/// | `notedIn` | the drain | plain |
/// | `finished`, `closed`, `readerFailures` | the delivery | plain |
final class Delivery<R> {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final int REPORT_DELIVERED_EVERY = 64;

  private final Shell shell;
  private final RunSpec<R> spec;
  private final PublisherRun<R> run;
  private volatile CoreSubscriber<? super R> actual;

  private final HandoverQueue<Slot> results = new HandoverQueue<>();
  private final Runnable deliverNote = this::deliver;
  private final DeliveryReport report;
  private final DownstreamDemand requested = new DownstreamDemand();
  private final AtomicInteger delivering = new AtomicInteger();

  /// Who delivers, or did so last, which is most often the same: read only by those who ask why nothing moves.
  private volatile @Nullable Thread deliverer;

  private volatile @Nullable Throwable error;
  private volatile boolean ended;

  /// The drain whose outbox already has a delivery of this run.
  private long notedIn;

  /// Whether the last signal was given.
  private boolean finished;

  private boolean closed;

  /// What ends the run at once from the subscriber's side: a reader that threw, a bad request.
  private volatile @Nullable Throwable ownFailure;

  private final ReaderFailures readerFailures;

  Delivery(Shell shell, RunSpec<R> spec, PublisherRun<R> run, CoreSubscriber<? super R> actual) {
    this.shell = shell;
    this.spec = spec;
    this.run = run;
    this.actual = actual;
    this.report = new DeliveryReport(shell.sink(), run::run);
    this.readerFailures = new ReaderFailures(spec.plan().options().name());
  }

  void request(long n) {
    if (n > 0) {
      requested.add(n);
    } else {
      ownFailure = nonPositive(n);
    }
    deliver();
  }

  static IllegalArgumentException nonPositive(long n) {
    return new IllegalArgumentException(
        "request(n) must ask for at least 1 (Reactive Streams 3.9), was " + n);
  }

  /// Takes a result; in the drain. One delivery for a drain is enough, however many it brought.
  void add(Slot slot) {
    results.offer(slot);
    if (notedIn != shell.drainNumber()) {
      notedIn = shell.drainNumber();
      shell.outbox().add(deliverNote);
    }
  }

  /// No more results will come; in the drain, to be followed by [#deliver].
  void end(@Nullable Throwable failure) {
    error = failure;
    ended = true;
  }

  /// The run was cancelled, and no more results will come; in the drain, to be followed by [#deliver].
  void endCancelled() {
    ended = true;
  }

  /// Signals what may be signalled; serialised.
  void deliver() {
    if (delivering.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      noteDeliverer();
      tryDeliver();
      missed = delivering.addAndGet(-missed);
    } while (missed != 0);
  }

  private void noteDeliverer() {
    if (!closed && deliverer != Thread.currentThread()) {
      deliverer = Thread.currentThread();
    }
  }

  DeliveryReport report() {
    return report;
  }

  boolean hasDemand() {
    return requested.isPositive();
  }

  @Nullable Thread deliverer() {
    return delivering.get() == 0 ? null : deliverer;
  }

  /// Whatever a signal throws, the count of deliveries comes down, and the run ends.
  private void tryDeliver() {
    try {
      deliverPass();
    } catch (Throwable broken) {
      finished = true;
      run.cancel();
      UserFault.log(LOG, "the subscriber of {} threw; it is cancelled", run, broken);
    }
  }

  private void deliverPass() {
    if (!finished) {
      deliverRequested();
      finishIfDone();
    }
    if (finished) {
      discardQueued();
      closeIfEnded();
    }
  }

  private void deliverRequested() {
    int count = 0;
    while (requested.isPositive() && mayDeliver()) {
      Slot slot = results.poll();
      if (slot == null) {
        break;
      }
      deliver(slot);
      requested.took();
      if (++count == REPORT_DELIVERED_EVERY) {
        reportDelivered(count);
        count = 0;
      }
    }
    reportDelivered(count);
  }

  private boolean mayDeliver() {
    return ownFailure == null && !run.isCancelled() && !hasFailedAtOnce();
  }

  private boolean hasFailedAtOnce() {
    Throwable failure = error;
    return ended
        && failure != null
        && !(spec.plan().failureMode() == FailureMode.DELAY_ERROR
            && failure instanceof CompositeTaskException);
  }

  private void reportDelivered(int count) {
    if (count > 0) {
      report.add(count);
    }
  }

  private void deliver(Slot slot) {
    LentResult result = new LentResult(shell, slot);
    Function<? super TaskResult, ? extends R> reader = spec.reader();
    if (reader != null) {
      read(result, reader);
      return;
    }
    shell.leakWatch().watch(result, spec.assembledAt());
    handOver(result);
  }

  private void handOver(LentResult result) {
    @SuppressWarnings("unchecked")
    R element = (R) result;
    if (!emit(element)) {
      result.close();
    }
  }

  /// A subscriber that throws counts as cancelled (Reactive Streams 2.13).
  private boolean emit(R element) {
    try {
      actual.onNext(element);
      return true;
    } catch (Throwable broken) {
      UserFault.log(
          LOG, "the subscriber of {} threw from onNext; the run is cancelled", run, broken);
      run.cancel();
      return false;
    }
  }

  private void read(LentResult result, Function<? super TaskResult, ? extends R> reader) {
    R value;
    try (var _ = ThreadLocals.set(run)) {
      value = result.read(reader);
    } catch (Throwable failure) {
      readerFailed(failure);
      return;
    }
    var _ = emit(value);
  }

  private void readerFailed(Throwable failure) {
    if (spec.plan().failureMode() == FailureMode.FAIL_FAST) {
      ownFailure = failure;
    } else {
      readerFailures.add(failure);
    }
  }

  private void finishIfDone() {
    boolean over = ended;
    Throwable own = ownFailure;
    if (run.isCancelled()) {
      finished = true;
    } else if (own != null) {
      finished = true;
      if (run.tryCancel()) {
        failAtOnce(own);
      }
    } else if (over && hasFailedAtOnce()) {
      finished = true;
      failAtOnce(Objects.requireNonNull(error));
    } else if (over && results.isEmpty()) {
      finished = true;
      terminate(readerFailures.behind(error));
    }
  }

  private void failAtOnce(Throwable failure) {
    discardQueued();
    terminate(failure);
  }

  private void terminate(@Nullable Throwable failure) {
    try {
      if (failure == null) {
        actual.onComplete();
      } else {
        actual.onError(failure);
      }
    } catch (Throwable broken) {
      UserFault.log(LOG, "the subscriber of {} threw from its last signal", run, broken);
    }
  }

  /// Closes what can no longer be delivered, and tells the hook.
  private void discardQueued() {
    int count = 0;
    for (Slot slot = results.poll(); slot != null; slot = results.poll()) {
      new LentResult(shell, slot).discard(actual);
      count++;
    }
    reportDelivered(count);
  }

  /// The last signal was handed over, and no result can come any more.
  private void closeIfEnded() {
    if (ended && !closed) {
      closed = true;
      actual = Departed.of(actual);
      deliverer = null;
      if (run.isOpen()) {
        shell.post(engine -> engine.closed(run.run()));
      }
    }
  }

  /// Who the run is for; behind its end, nobody.
  CoreSubscriber<? super R> actual() {
    return actual;
  }

  /// Asked for by the subscriber and not yet handed over.
  long requestedCount() {
    return requested.count();
  }

  /// Results that wait for the subscriber.
  int bufferedCount() {
    return results.size();
  }

  boolean hasEnded() {
    return ended;
  }

  @Nullable Throwable error() {
    return error;
  }
}
