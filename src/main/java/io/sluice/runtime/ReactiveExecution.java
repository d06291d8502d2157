package io.sluice.runtime;

import io.sluice.engine.Slot;
import io.sluice.worker.AsyncWork;
import io.sluice.worker.WorkerIdentity;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/// One attempt at one member of a task whose kernel is reactive: subscribes to the kernel's `Mono`, and
/// ends with it.
///
/// ```
///   runOn:        kernel ─ subscribe ─ returned ─┐
///   any thread:   signal, or cancel ─────────────┴▶ close the lease ─▶ last access has left ─▶ ended
/// ```
///
/// **Ends** when both have come, the kernel's return and the outcome, so that a drain never finds a kernel
/// on its way. Behind a cancel no signal need come; what then goes on is kept out by the lease.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `decided` | who brings the outcome: signal or cancel | compare and set |
/// | `remaining` | the kernel's thread, who decided | atomic; orders the outcome before the end |
/// | `upstream` | the publisher, who cancels | atomic exchange |
/// | `ending` | written before `runOn` | plain |
final class ReactiveExecution extends Execution implements AsyncWork, CoreSubscriber<Object> {
  private static final Logger LOG = LoggerFactory.getLogger(ReactiveExecution.class);

  private final AtomicBoolean decided = new AtomicBoolean();

  /// What has yet to come: the outcome, and the return from the kernel and from `subscribe`.
  private final AtomicInteger remaining = new AtomicInteger(2);

  private final AtomicReference<@Nullable Subscription> upstream = new AtomicReference<>();
  private @Nullable Runnable ending;

  ReactiveExecution(Shell shell, Slot slot, int member, int worker) {
    super(shell, slot, member, worker);
  }

  @Override
  public void whenEnded(Runnable newEnding) {
    ending = newEnding;
  }

  @Override
  public void runOn(WorkerIdentity identity) {
    startedNs = System.nanoTime();
    KernelCall current = new KernelCall(shell, slot, member, attempt, identity.name(), this::ended);
    call = current;
    if (isStopRequested()) {
      current.cancel();
      decide(null, true);
    } else {
      begin(current);
    }
    arrive();
  }

  private void begin(KernelCall current) {
    try (var _ = ThreadLocals.set(SourceListener.of(slot))) {
      ranOn = worker;
      Mono<Void> work = current.begin();
      if (!decided.get()) {
        work.subscribe(this);
      }
    } catch (Throwable thrown) {
      cancelUpstream();
      fail(thrown);
    }
  }

  private void fail(Throwable thrown) {
    if (!decide(thrown, false)) {
      Operators.onErrorDropped(thrown, currentContext());
    }
  }

  /// The first outcome is the one that counts.
  private boolean decide(@Nullable Throwable newFailure, boolean asCancelled) {
    if (!decided.compareAndSet(false, true)) {
      return false;
    }
    if (newFailure != null) {
      noteFailure(newFailure);
    }
    cancelled = asCancelled;
    if (asCancelled) {
      cancelUpstream();
    }
    arrive();
    return true;
  }

  private void arrive() {
    if (remaining.decrementAndGet() == 0) {
      runTimeNs = System.nanoTime() - startedNs;
      Objects.requireNonNull(call).close();
    }
  }

  /// Nobody touches the views any more.
  private void ended() {
    usedRows = Objects.requireNonNull(call).saidRows();
    call = null;
    Objects.requireNonNull(ending).run();
  }

  @Override
  void requestStop() {
    super.requestStop();
    var _ = cancel();
  }

  /// What is not begun yet doesn't begin, if it was told before: see [#isStopRequested].
  @Override
  public boolean cancel() {
    if (call == null) {
      return false;
    }
    return decide(null, true);
  }

  /// Before the end is told, so that a publisher that lets itself be cancelled has stopped by then.
  private void cancelUpstream() {
    Subscription subscription = upstream.getAndSet(Operators.cancelledSubscription());
    if (subscription == null) {
      return;
    }
    try {
      subscription.cancel();
    } catch (Throwable broken) {
      LOG.error("the Mono of {} threw from cancel", slot, broken);
    }
  }

  @Override
  public Context currentContext() {
    return SourceListener.of(slot).currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (upstream.compareAndSet(null, subscription)) {
      subscription.request(Long.MAX_VALUE);
    } else {
      subscription.cancel();
    }
  }

  @Override
  public void onNext(Object ignored) {}

  @Override
  @SuppressWarnings("ConstantValue")
  public void onError(Throwable error) {
    fail(
        error != null
            ? error
            : new NullPointerException(
                "the Mono of task '%s' signalled onError(null); it must give the error"
                    .formatted(slot.task().name())));
  }

  @Override
  public void onComplete() {
    var _ = decide(null, false);
  }
}
