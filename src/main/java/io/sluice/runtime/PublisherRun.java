package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.engine.FailureMode;
import io.sluice.engine.Run;
import io.sluice.engine.Scope;
import io.sluice.engine.Slot;
import io.sluice.engine.Source;
import io.sluice.error.CompositeTaskException;
import io.sluice.error.SluiceException;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/// One subscription to a run of tasks that come from publishers.
///
/// Upstream is asked as the engine admits. Results wait in a queue for the subscriber's demand, which
/// is all that this demand governs.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `results` | the drain adds, the delivery takes | single producer, single consumer |
/// | `run`, `error`, `ended` | the drain | volatile |
/// | `ownFailure` | whoever requests, the delivery | volatile |
/// | `notedIn` | the drain | plain |
/// | `finished`, `closed`, reader's failures | the delivery | plain |
///
/// **Delivery** is a small queue-drain of its own: signals are serialised, by whichever thread left
/// the scheduler's drain with one, or requested.
final class PublisherRun<R> implements Subscription, RunListener, Scannable {
  private static final Logger LOG = LoggerFactory.getLogger(PublisherRun.class);
  private static final int REPORT_DELIVERED_EVERY = 64;

  private final Shell shell;
  private final RunSpec<R> spec;
  private final CoreSubscriber<? super R> actual;

  private final Queue<Slot> results = Queues.<Slot>unbounded(256).get();
  private final DownstreamDemand requested = new DownstreamDemand();
  private final AtomicInteger delivering = new AtomicInteger();
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private volatile @Nullable Run run;
  private volatile @Nullable Throwable error;
  private volatile boolean ended;
  private volatile boolean stopped;

  /// The publisher of scopes, if there is one.
  private volatile @Nullable ScopeSubscriber outer;

  /// The publisher of tasks whose turn it is.
  private volatile @Nullable TaskSubscriber inner;

  /// The outbox that already has a delivery of this run.
  private @Nullable Outbox notedIn;

  /// Whether the last signal was given.
  private boolean finished;

  private boolean closed;

  /// What ends the run at once from the subscriber's side: a reader that threw, a bad request.
  private volatile @Nullable Throwable ownFailure;

  /// What readers threw in a run that goes on.
  private final List<Throwable> readerFailures = new ArrayList<>();

  private long readerFailureCount;

  PublisherRun(Shell shell, RunSpec<R> spec, CoreSubscriber<? super R> actual) {
    this.shell = shell;
    this.spec = spec;
    this.actual = actual;
  }

  void start() {
    actual.onSubscribe(this);
    shell.post(this::open);
  }

  private void open(Engine engine) {
    if (cancelled.get()) {
      return;
    }
    Throwable refusal = shell.refusal();
    if (refusal != null) {
      ended(refusal);
      return;
    }
    Run opened = engine.openRun(spec.plan(), this);
    run = opened;
    if (spec.scopes() != null) {
      openOuter(spec.scopes());
    } else {
      openSource(engine, opened.outerScope(), false, Objects.requireNonNull(spec.tasks()));
      engine.noMoreSources(opened);
    }
  }

  private void openOuter(Publisher<? extends Publisher<? extends Task>> scopes) {
    ScopeSubscriber subscriber = new ScopeSubscriber(shell, this);
    outer = subscriber;
    shell.outbox().add(() -> UpstreamDemand.subscribe(scopes, subscriber));
  }

  /// The next scope came; in the drain.
  void openInner(Engine engine, Publisher<? extends Task> tasks) {
    if (!stopped) {
      Scope scope = engine.openScope(run().outerScope());
      openSource(engine, scope, true, tasks);
    }
  }

  private void openSource(
      Engine engine, Scope scope, boolean isInner, Publisher<? extends Task> tasks) {
    TaskSubscriber subscriber = new TaskSubscriber(shell, this, isInner);
    inner = subscriber;
    Source source = engine.openSource(run(), scope, true, isInner, subscriber);
    subscriber.attach(source);
    shell.outbox().add(() -> UpstreamDemand.subscribe(tasks, subscriber));
  }

  /// Outside the drain.
  void innerDrained() {
    ScopeSubscriber subscriber = outer;
    if (subscriber != null) {
      subscriber.next();
    }
  }

  Run run() {
    Run opened = run;
    if (opened == null) {
      throw new IllegalStateException("not open; this is a bug in Sluice");
    }
    return opened;
  }

  Context currentContext() {
    return actual.currentContext();
  }

  @Override
  public void request(long n) {
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

  @Override
  public void cancel() {
    var _ = tryCancel();
  }

  /// True for the call that did it.
  private boolean tryCancel() {
    if (!cancelled.compareAndSet(false, true)) {
      return false;
    }
    stopped = true;
    cancelUpstream();
    shell.post(this::applyCancel);
    return true;
  }

  private void applyCancel(Engine engine) {
    Run opened = run;
    if (opened != null) {
      engine.cancel(opened);
      ended = true;
      shell.outbox().add(this::afterStop);
    }
  }

  private void afterStop() {
    cancelUpstream();
    deliver();
  }

  private void cancelUpstream() {
    ScopeSubscriber scopes = outer;
    if (scopes != null) {
      scopes.cancel();
    }
    TaskSubscriber tasks = inner;
    if (tasks != null) {
      tasks.cancel();
    }
  }

  @Override
  public void completed(Slot slot) {
    if (!results.offer(slot)) {
      throw new IllegalStateException("an unbounded queue was full; this is a bug in Sluice");
    }
    noteDelivery();
  }

  /// One delivery for a drain is enough, however many results it brought.
  private void noteDelivery() {
    Outbox outbox = shell.outbox();
    if (notedIn != outbox) {
      notedIn = outbox;
      outbox.add(this::deliver);
    }
  }

  @Override
  public void failed(Slot slot) {
    // the engine decides by the failure mode what becomes of the run
  }

  @Override
  public void refused(Source source, Task task, SluiceException refusal) {
    // the engine decides by the failure mode what becomes of the run
  }

  @Override
  public void ended(@Nullable Throwable failure) {
    error = failure;
    ended = true;
    if (failure != null) {
      stopped = true;
    }
    shell.outbox().add(this::afterStop);
  }

  @Override
  public boolean hasStopped() {
    return stopped;
  }

  /// Signals what may be signalled; serialised.
  void deliver() {
    if (delivering.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      tryDeliver();
      missed = delivering.addAndGet(-missed);
    } while (missed != 0);
  }

  /// Whatever a signal throws, the count of deliveries comes down, and the run ends.
  private void tryDeliver() {
    try {
      deliverPass();
    } catch (Throwable broken) {
      finished = true;
      cancel();
      LOG.error("the subscriber of {} threw; it is cancelled", this, broken);
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
    return ownFailure == null && !cancelled.get() && !hasFailedAtOnce();
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
      shell.post(engine -> engine.delivered(run(), count));
    }
  }

  private void deliver(Slot slot) {
    LentResult result = new LentResult(shell, slot);
    Function<? super TaskResult, ? extends R> reader = spec.reader();
    if (reader != null) {
      read(result, reader);
      return;
    }
    if (slot.yields()) {
      shell.leakWatch().watch(result, spec.assembledAt());
    }
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
      LOG.error("the subscriber of {} threw from onNext; the run is cancelled", this, broken);
      cancel();
      return false;
    }
  }

  private void read(LentResult result, Function<? super TaskResult, ? extends R> reader) {
    R value;
    try (result) {
      value = reader.apply(result);
      Objects.requireNonNull(value, "the reader returned null; it must return a value");
    } catch (Throwable failure) {
      readerFailed(failure);
      return;
    }
    var _ = emit(value);
  }

  private void readerFailed(Throwable failure) {
    if (spec.plan().failureMode() == FailureMode.FAIL_FAST) {
      ownFailure = failure;
      return;
    }
    readerFailureCount++;
    if (readerFailures.size() < CompositeTaskException.CAUSE_LIMIT) {
      readerFailures.add(failure);
    }
  }

  private void finishIfDone() {
    boolean over = ended;
    Throwable own = ownFailure;
    if (cancelled.get()) {
      finished = true;
    } else if (own != null) {
      finished = true;
      if (tryCancel()) {
        failAtOnce(own);
      }
    } else if (over && hasFailedAtOnce()) {
      finished = true;
      failAtOnce(Objects.requireNonNull(error));
    } else if (over && results.isEmpty()) {
      finished = true;
      terminate(compositeFailure());
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
      LOG.error("the subscriber of {} threw from its last signal", this, broken);
    }
  }

  private @Nullable Throwable compositeFailure() {
    Throwable failure = error;
    if (readerFailures.isEmpty()) {
      return failure;
    }
    List<Throwable> causes = new ArrayList<>(readerFailures);
    long count = readerFailureCount;
    if (failure instanceof CompositeTaskException tasks) {
      causes.addAll(0, tasks.causes());
      count += tasks.failureCount();
    }
    return new CompositeTaskException(spec.plan().options().name(), causes, count);
  }

  /// Closes what can no longer be delivered, and tells the hook.
  private void discardQueued() {
    int count = 0;
    for (Slot slot = results.poll(); slot != null; slot = results.poll()) {
      try (LentResult result = new LentResult(shell, slot)) {
        Operators.onDiscard(result, currentContext());
      }
      count++;
    }
    reportDelivered(count);
  }

  /// The last signal was handed over, and no result can come any more.
  private void closeIfEnded() {
    Run opened = run;
    if (ended && !closed && opened != null) {
      closed = true;
      shell.post(engine -> engine.closed(opened));
    }
  }

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    if (key == Attr.ACTUAL) {
      return actual;
    }
    if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
      return requested.count();
    }
    if (key == Attr.BUFFERED) {
      return results.size();
    }
    if (key == Attr.CANCELLED) {
      return cancelled.get();
    }
    if (key == Attr.TERMINATED) {
      return ended && !cancelled.get();
    }
    if (key == Attr.ERROR) {
      return error;
    }
    return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
  }

  @Override
  public String toString() {
    Run opened = run;
    return opened == null ? "a run not open yet" : opened.toString();
  }
}
