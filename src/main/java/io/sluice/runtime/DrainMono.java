package io.sluice.runtime;

import io.sluice.engine.DrainTotals;
import io.sluice.engine.Engine;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/// Resolves at the first moment when the runtime is quiescent, in the step that resets it.
///
/// Cold: waiting begins on subscription. Cancelling it affects no other. It fails only if the
/// engine has.
final class DrainMono<T> extends Mono<T> implements Scannable {
  private final Shell shell;
  private final Function<DrainTotals, T> report;

  private DrainMono(Shell shell, Function<DrainTotals, T> report) {
    this.shell = shell;
    this.report = report;
  }

  static <T> Mono<T> assembled(Shell shell, Function<DrainTotals, T> report) {
    DrainMono<T> drain = new DrainMono<>(shell, report);
    return Assembly.traced(drain, onAssembly(drain), drain.stepName());
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> actual) {
    Waiter<T> waiter = new Waiter<>(shell, actual, report);
    actual.onSubscribe(waiter);
    shell.sink().post(waiter);
  }

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
  }

  @Override
  public String stepName() {
    return "drain";
  }

  /// One subscription: an event, then what the engine answers to.
  static final class Waiter<T> extends SinkEvent implements Subscription, Scannable {
    private final Shell shell;
    private final Operators.MonoSubscriber<T, T> target;
    private final Function<DrainTotals, T> report;
    private final AtomicBoolean cancelled = new AtomicBoolean();

    @SuppressWarnings("unchecked")
    Waiter(Shell shell, CoreSubscriber<? super T> actual, Function<DrainTotals, T> report) {
      this.shell = shell;
      this.target = new Operators.MonoSubscriber<>((CoreSubscriber<T>) actual);
      this.report = report;
    }

    @Override
    void apply(Engine engine) {
      Throwable broken = shell.broken();
      if (broken != null) {
        shell.outbox().add(() -> fail(broken));
      } else if (!cancelled.get()) {
        engine.drain(this);
      }
    }

    /// Outside the drain.
    void resolve(DrainTotals totals) {
      if (!cancelled.get()) {
        target.complete(report.apply(totals));
      }
    }

    /// Outside the drain.
    void fail(Throwable broken) {
      if (!cancelled.get()) {
        target.onError(broken);
      }
    }

    @Override
    public void request(long n) {
      target.request(n);
    }

    @Override
    public void cancel() {
      if (cancelled.compareAndSet(false, true)) {
        shell.post(engine -> engine.cancelDrain(this));
        target.cancel(); // asks the subscriber for its context, which may throw
      }
    }

    @Override
    @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
    public @Nullable Object scanUnsafe(Attr key) {
      if (key == Attr.CANCELLED) {
        return cancelled.get();
      }
      return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : target.scanUnsafe(key);
    }

    @Override
    public String stepName() {
      return "drain";
    }
  }
}
