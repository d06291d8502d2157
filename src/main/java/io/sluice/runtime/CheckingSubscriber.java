package io.sluice.runtime;

import io.sluice.error.UpstreamProtocolException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.Scannable.Attr;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/// A subscriber that holds its publisher to the rules of Reactive Streams, so that what is made of it
/// sees only elements that were asked for, and one end behind them.
///
/// A publisher that breaks a rule is cancelled; one that has ended is left alone, since some operators
/// take a request or cancel behind their own last signal for an error. What comes too late goes to
/// Reactor's hooks.
///
/// ```
/// OPEN ─▶ BROKEN  it broke a rule, or threw; it was cancelled
///      └▶ ENDED   it gave its last signal
/// ```
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `state` | the publisher's signals, whoever requests | compare and exchange |
/// | `receivedCount` | the publisher's signals | plain |
abstract class CheckingSubscriber<T>
    implements CoreSubscriber<T>, Scannable, ThreadLocals.ContextHolder {
  private static final int OPEN = 0;
  private static final int BROKEN = 1;
  private static final int ENDED = 2;

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<CheckingSubscriber> STATE =
      AtomicIntegerFieldUpdater.newUpdater(CheckingSubscriber.class, "state");

  private final UpstreamDemand upstream = new UpstreamDemand(this::publisherThrew);
  private final String elements;
  private volatile int state;
  private long receivedCount;

  /// @param elements what the publisher emits, for errors: such as `tasks`
  CheckingSubscriber(String elements) {
    this.elements = elements;
  }

  /// The publisher's name, for errors: such as `the publisher of run 3`.
  abstract String publisherName();

  /// An element that was requested.
  abstract void take(T element);

  /// The publisher has ended. Once, and never with [#publisherFailed] or [#ruleBroken].
  abstract void publisherCompleted();

  /// The publisher has ended with an error, or threw where it must not.
  abstract void publisherFailed(Throwable error);

  /// The publisher broke a rule.
  abstract void ruleBroken(UpstreamProtocolException error);

  @Override
  public abstract Context currentContext();

  /// Subscribes; what the publisher throws, where it must not, is its error.
  final void subscribeTo(Publisher<? extends T> publisher) {
    try (var _ = ThreadLocals.setIfAutomatic(this)) {
      publisher.subscribe(this);
    } catch (Throwable broken) {
      publisherThrew(broken);
    }
  }

  private void publisherThrew(Throwable broken) {
    upstream.cancel();
    if (STATE.compareAndSet(this, OPEN, BROKEN)) {
      publisherFailed(broken);
    } else {
      Operators.onErrorDropped(broken, currentContext());
    }
  }

  @Override
  public final void onSubscribe(Subscription subscription) {
    var _ = upstream.set(subscription);
  }

  /// @throws NullPointerException if `element` is null (rule 2.13)
  @Override
  @SuppressWarnings("ConstantValue")
  public final void onNext(T element) {
    if (element == null) {
      throw nullBroke(BROKEN, "emitted null; it must emit " + elements);
    } else if (state != OPEN) {
      dropLate(element);
    } else if (++receivedCount > upstream.requestedCount()) {
      breakRule(
          BROKEN,
          "emitted %d %s when %d were requested; it must respect request(n)"
              .formatted(receivedCount, elements, upstream.requestedCount()));
    } else {
      take(element);
    }
  }

  private NullPointerException nullBroke(int newState, String how) {
    breakRule(newState, how);
    return new NullPointerException(publisherName() + " " + how);
  }

  private void breakRule(int newState, String how) {
    if (STATE.compareAndSet(this, OPEN, newState)) {
      upstream.cancel();
      ruleBroken(error(how));
    }
  }

  private UpstreamProtocolException error(String how) {
    return new UpstreamProtocolException(
        publisherName() + " " + how, Scannable.from(target()).scan(Attr.NAME));
  }

  /// Behind its end nobody can be told any more: Reactor's hooks are, of what came and of the rule.
  private void dropLate(T late) {
    Operators.onNextDropped(late, currentContext());
    if (state == ENDED) {
      Operators.onErrorDropped(
          error("emitted %s after it had ended; its end must be its last signal".formatted(late)),
          currentContext());
    }
  }

  /// @throws NullPointerException if `error` is null (rule 2.13)
  @Override
  @SuppressWarnings("ConstantValue")
  public final void onError(Throwable error) {
    upstream.end();
    if (error == null) {
      throw nullBroke(ENDED, "signalled onError(null); it must give the error");
    } else if (STATE.compareAndSet(this, OPEN, ENDED)) {
      publisherFailed(error);
    } else {
      Operators.onErrorDropped(error, currentContext());
    }
  }

  @Override
  public final void onComplete() {
    upstream.end();
    if (STATE.compareAndSet(this, OPEN, ENDED)) {
      publisherCompleted();
    }
  }

  final void request(long count) {
    owe(count);
    requestOwed();
  }

  /// For the drain: so many are to be requested by the next [#requestOwed], outside.
  final void owe(long count) {
    upstream.owe(count);
  }

  final void requestOwed() {
    try (var _ = ThreadLocals.setIfAutomatic(this)) {
      upstream.requestOwed();
    }
  }

  final void cancel() {
    try (var _ = ThreadLocals.setIfAutomatic(this)) {
      upstream.cancel();
    }
  }

  /// Whom its elements go to.
  abstract Object target();

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    if (key == Attr.PARENT) {
      return upstream.subscription();
    }
    if (key == Attr.ACTUAL) {
      return target();
    }
    if (key == Attr.CANCELLED) {
      return state != ENDED && upstream.isCancelled();
    }
    if (key == Attr.TERMINATED) {
      return state == ENDED;
    }
    return key == Attr.RUN_STYLE ? Attr.RunStyle.SYNC : null;
  }

  @Override
  public String stepName() {
    return elements;
  }
}
