package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.engine.Scope;
import io.sluice.engine.Slot;
import io.sluice.engine.Source;
import io.sluice.error.SluiceException;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.util.context.Context;

/// One task that a program submitted: an event, a source of its own, and the subscription that its
/// outcome goes to.
///
/// Cancelling it drops the task if it still waits for bytes; once admitted, the task goes on, since
/// others may read what it writes, and its result is closed unseen.
///
/// ```
/// state bits:  REQUESTED | RESULT | ENDED
/// the result is emitted by whoever sets the second of REQUESTED and RESULT, unless ENDED
/// ```
final class ProgramCall<R> extends SinkEvent implements Subscription, SourceListener, Scannable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramCall.class);
  private static final int REQUESTED = 1;
  private static final int RESULT = 2;
  private static final int ENDED = 4;

  private final Shell shell;
  private final ProgramRun<?> run;
  private final Scope scope;
  private final Task task;
  private final @Nullable Function<? super TaskResult, ? extends R> reader;

  /// Called when the task was admitted or refused; null if nobody wants to know.
  private final @Nullable Runnable admitted;

  /// Nobody, once it has ended: the call lives as long as its task's slab.
  private volatile CoreSubscriber<? super R> actual;

  private final AtomicInteger state = new AtomicInteger();
  private volatile @Nullable LentResult result;

  /// Who hands the outcome over just now: read only by those who ask why nothing moves.
  private volatile @Nullable Thread deliverer;

  /// Set in the drain.
  private @Nullable Source source;

  ProgramCall(
      Shell shell,
      ProgramRun<?> run,
      Scope scope,
      Task task,
      @Nullable Function<? super TaskResult, ? extends R> reader,
      @Nullable Runnable admitted,
      CoreSubscriber<? super R> actual) {
    this.shell = shell;
    this.run = run;
    this.scope = scope;
    this.task = task;
    this.reader = reader;
    this.admitted = admitted;
    this.actual = actual;
  }

  @Override
  void apply(Engine engine) {
    if (isEnded()) {
      return;
    }
    SluiceException refusal = run.refusal(scope, task);
    if (refusal == null) {
      submit(engine);
    } else {
      shell.outbox().add(() -> fail(refusal));
    }
  }

  private void submit(Engine engine) {
    run.add(this);
    Source opened = engine.openSource(run.run(), scope, false, false, this);
    source = opened;
    engine.submit(opened, task);
    engine.sourceEnded(opened);
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }

  boolean isEnded() {
    return (state.get() & ENDED) != 0;
  }

  /// The task completed; outside the drain.
  void succeed(Slot slot) {
    LentResult lent = new LentResult(shell, slot);
    result = lent;
    if (reader == null) {
      shell.leakWatch().watch(lent, run.assembledAt());
    }
    int before = state.getAndUpdate(now -> now | RESULT);
    if ((before & ENDED) != 0) {
      discard(lent);
    } else if ((before & REQUESTED) != 0) {
      emit(lent);
    }
  }

  private void emit(LentResult lent) {
    if ((state.getAndUpdate(now -> now | ENDED) & ENDED) == 0) {
      result = null; // this call outlives the result's use, and must not hide that it was dropped
      reportDelivered();
      deliverer = Thread.currentThread();
      handOver(lent);
      deliverer = null;
      run.remove(this);
      actual = Departed.of(actual);
    }
  }

  private void handOver(LentResult lent) {
    if (reader == null) {
      @SuppressWarnings("unchecked")
      R element = (R) lent;
      if (!resolve(element)) {
        lent.close();
      }
    } else {
      read(lent, reader);
    }
  }

  private void read(LentResult lent, Function<? super TaskResult, ? extends R> with) {
    R value;
    try (var _ = ThreadLocals.set(this)) {
      value = lent.read(with);
    } catch (Throwable failure) {
      signal(failure);
      return;
    }
    var _ = resolve(value);
  }

  /// A subscriber that throws keeps neither the result nor the run.
  ///
  /// @return whether it took the value
  private boolean resolve(R value) {
    try {
      actual.onNext(value);
    } catch (Throwable broken) {
      threw(broken);
      return false;
    }
    try {
      actual.onComplete();
    } catch (Throwable broken) {
      threw(broken);
    }
    return true;
  }

  private void threw(Throwable broken) {
    UserFault.log(LOG, "the subscriber to the result of {} threw", task, broken);
  }

  private void discard(LentResult lent) {
    reportDelivered();
    lent.discard(actual);
  }

  private void reportDelivered() {
    run.deliveryReport().add(1);
  }

  /// The task failed, was refused or dropped; outside the drain.
  void fail(Throwable error) {
    run.remove(this);
    int before = state.getAndUpdate(now -> now | ENDED);
    if ((before & ENDED) == 0) {
      discardWaiting(before);
      signal(error);
      actual = Departed.of(actual);
    }
  }

  /// Others wait to be told, too.
  private void signal(Throwable error) {
    try {
      actual.onError(error);
    } catch (Throwable broken) {
      threw(broken);
    }
  }

  @Nullable Thread deliverer() {
    return deliverer;
  }

  private void discardWaiting(int stateBefore) {
    LentResult lent = result;
    if ((stateBefore & RESULT) != 0 && lent != null) {
      discard(lent);
    }
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      fail(Delivery.nonPositive(n));
      shell.post(this::withdraw);
      return;
    }
    int before = state.getAndUpdate(now -> now | REQUESTED);
    LentResult lent = result;
    if ((before & REQUESTED) == 0 && (before & RESULT) != 0 && lent != null) {
      emit(lent);
    }
  }

  @Override
  public void cancel() {
    int before = state.getAndUpdate(now -> now | ENDED);
    if ((before & ENDED) == 0) {
      run.remove(this);
      discardWaiting(before);
      actual = Departed.of(actual);
      shell.post(this::withdraw);
    }
  }

  private void withdraw(Engine engine) {
    if (source != null) {
      engine.withdraw(source);
    }
  }

  @Override
  public void demand(long count) {
    // a program gives its task unasked
  }

  /// Its only task was admitted or refused; what becomes of it is told by its outcome.
  @Override
  public void drained() {
    if (admitted != null) {
      shell.outbox().add(() -> tellAdmitted(admitted));
    }
  }

  private void tellAdmitted(Runnable listener) {
    try {
      listener.run();
    } catch (Throwable broken) {
      UserFault.log(LOG, "who waits for the admission of {} threw", task, broken);
    }
  }

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    if (key == Attr.ACTUAL) {
      return actual;
    }
    if (key == Attr.NAME) {
      return task.name();
    }
    if (key == Attr.TERMINATED) {
      return isEnded();
    }
    return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
  }

  @Override
  public String stepName() {
    return "submit";
  }
}
