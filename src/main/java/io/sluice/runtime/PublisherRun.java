package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.engine.Run;
import io.sluice.engine.Scope;
import io.sluice.engine.Slot;
import io.sluice.engine.Source;
import io.sluice.error.SluiceException;
import io.sluice.task.Task;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.util.context.Context;

/// One subscription to a run of tasks that come from publishers.
///
/// Upstream is asked as the engine admits. Results go to the [Delivery], where they wait for the
/// subscriber's demand, which is all that this demand governs.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `run`, `outer`, `inner` | the drain | volatile |
/// | `cancelled`, `stopped` | whoever cancels, the drain | atomic, volatile |
final class PublisherRun<R> implements Subscription, RunListener, Scannable {
  private final Shell shell;
  private final RunSpec<R> spec;
  private final Delivery<R> delivery;
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private volatile @Nullable Run run;
  private volatile boolean stopped;

  /// The publisher of scopes, if there is one.
  private volatile @Nullable ScopeSubscriber outer;

  /// The turns of what it sends; the drain's.
  private @Nullable ScopeTurns turns;

  /// The publisher of tasks whose turn it is.
  private volatile @Nullable TaskSubscriber inner;

  PublisherRun(Shell shell, RunSpec<R> spec, CoreSubscriber<? super R> actual) {
    this.shell = shell;
    this.spec = spec;
    this.delivery = new Delivery<>(shell, spec, this, actual);
  }

  void start() {
    delivery.actual().onSubscribe(this);
    shell.post(this::open);
  }

  private void open(Engine engine) {
    if (cancelled.get()) {
      delivery.endCancelled();
      shell.outbox().add(delivery::deliver);
      return;
    }
    Throwable refusal = shell.refusal(spec.plan());
    if (refusal != null) {
      ended(refusal);
      return;
    }
    Run opened = engine.openRun(spec.plan(), this);
    run = opened;
    if (spec.scopes() != null) {
      openOuter(spec.scopes());
    } else {
      openSource(engine, opened.outerScope(), null, 0, Objects.requireNonNull(spec.tasks()));
      engine.noMoreSources(opened);
    }
  }

  private void openOuter(Publisher<? extends Publisher<? extends Task>> scopes) {
    ScopeTurns fresh = new ScopeTurns(shell, this);
    ScopeSubscriber subscriber = fresh.scopes();
    turns = fresh;
    outer = subscriber;
    shell.outbox().add(() -> subscriber.subscribeTo(scopes));
    fresh.begin();
  }

  /// The next scope's turn came; in the drain.
  ///
  /// @param inHandCount how many scopes behind it were asked for already
  void openInner(Engine engine, Publisher<? extends Task> tasks, long inHandCount) {
    Scope scope = engine.openScope(run().outerScope());
    openSource(engine, scope, turns, inHandCount, tasks);
  }

  private void openSource(
      Engine engine,
      Scope scope,
      @Nullable ScopeTurns follower,
      long inHandCount,
      Publisher<? extends Task> tasks) {
    TaskSubscriber subscriber = new TaskSubscriber(shell, this, follower);
    inner = subscriber;
    Source source =
        follower == null
            ? engine.openSource(run(), scope, true, false, subscriber)
            : engine.openSourceOfScope(scope, inHandCount, subscriber);
    subscriber.attach(source);
    shell.outbox().add(() -> subscriber.subscribeTo(tasks));
  }

  /// In the drain.
  private void forgetScopes() {
    if (turns != null) {
      turns.stop();
    }
  }

  Run run() {
    Run opened = run;
    if (opened == null) {
      throw new IllegalStateException("not open; this is a bug in Sluice");
    }
    return opened;
  }

  boolean isOpen() {
    return run != null;
  }

  boolean isCancelled() {
    return cancelled.get();
  }

  @Override
  public Context currentContext() {
    return delivery.actual().currentContext();
  }

  @Override
  public void request(long n) {
    delivery.request(n);
  }

  @Override
  public void cancel() {
    var _ = tryCancel();
  }

  /// True for the call that did it.
  boolean tryCancel() {
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
      forgetScopes();
      delivery.endCancelled();
      shell.outbox().add(this::afterStop);
    }
  }

  private void afterStop() {
    cancelUpstream();
    delivery.deliver();
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
    delivery.add(slot);
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
    delivery.end(failure);
    if (failure != null) {
      stopped = true;
      forgetScopes();
    }
    shell.outbox().add(this::afterStop);
  }

  @Override
  public DeliveryReport deliveryReport() {
    return delivery.report();
  }

  @Override
  public boolean hasDemand() {
    return delivery.hasDemand();
  }

  @Override
  public @Nullable Thread deliverer() {
    return delivery.deliverer();
  }

  @Override
  public boolean hasStopped() {
    return stopped;
  }

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    if (key == Attr.ACTUAL) {
      return delivery.actual();
    }
    if (key == Attr.PARENT) {
      return outer == null ? inner : outer;
    }
    if (key == Attr.NAME) {
      return spec.plan().options().name();
    }
    if (key == Attr.PREFETCH) {
      return spec.plan().options().lookAheadCount();
    }
    if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
      return delivery.requestedCount();
    }
    if (key == Attr.BUFFERED) {
      return delivery.bufferedCount();
    }
    if (key == Attr.CANCELLED) {
      return cancelled.get();
    }
    if (key == Attr.TERMINATED) {
      return delivery.hasEnded() && !cancelled.get();
    }
    if (key == Attr.ERROR) {
      return delivery.error();
    }
    return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
  }

  @Override
  public String stepName() {
    return spec.stepName();
  }

  /// The publisher of the scope whose turn it is.
  @Override
  public Stream<? extends Scannable> inners() {
    return outer == null ? Stream.empty() : Stream.ofNullable(inner);
  }

  @Override
  public String toString() {
    Run opened = run;
    return opened == null ? "a run not open yet" : opened.toString();
  }
}
