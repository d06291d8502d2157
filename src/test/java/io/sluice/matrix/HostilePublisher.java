package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.sluice.matrix.HostileSubscriber.HostileException;
import java.util.function.IntFunction;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// A publisher with one [Fault], for one subscriber: some show when it is subscribed to, requested of or
/// cancelled, the others when the test says so.
final class HostilePublisher implements Publisher<Object>, Subscription {
  private static final int MOST = 1_000;

  private final Fault fault;
  private final IntFunction<Object> elements;
  private Subscriber<? super Object> subscriber;
  private int emittedCount;
  private long requestedCount;
  private boolean cancelled;
  private int strayCount;

  /// @param elements makes the n-th element
  HostilePublisher(Fault fault, IntFunction<Object> elements) {
    this.fault = fault;
    this.elements = elements;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /// How many of its second subscriptions were requested of, or not cancelled.
  int strayCount() {
    return strayCount;
  }

  @Override
  public void subscribe(Subscriber<? super Object> actual) {
    subscriber = actual;
    switch (fault) {
      case NEVER_CALLS_ON_SUBSCRIBE -> {}
      case THROWS_FROM_SUBSCRIBE -> throw new HostileException();
      case CALLS_ON_SUBSCRIBE_WITH_NULL -> actual.onSubscribe(null);
      case CALLS_ON_SUBSCRIBE_TWICE -> {
        actual.onSubscribe(this);
        actual.onSubscribe(new Stray());
      }
      case EMITS_BEFORE_ON_SUBSCRIBE -> {
        emit();
        actual.onSubscribe(this);
      }
      case COMPLETES_BEFORE_ON_SUBSCRIBE -> {
        actual.onComplete();
        actual.onSubscribe(this);
      }
      case COMPLETES_INSIDE_SUBSCRIBE -> {
        actual.onSubscribe(this);
        actual.onComplete();
      }
      case THROWS_FROM_SUBSCRIBE_BEHIND_ON_SUBSCRIBE -> {
        actual.onSubscribe(this);
        throw new HostileException();
      }
      default -> actual.onSubscribe(this);
    }
  }

  @Override
  public void request(long n) {
    requestedCount = requestedCount + n < 0 ? Long.MAX_VALUE : requestedCount + n;
    if (fault == Fault.THROWS_FROM_REQUEST) {
      throw new HostileException();
    }
    if (fault == Fault.EMITS_INSIDE_REQUEST && emittedCount == 0) {
      emit();
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    if (fault == Fault.THROWS_FROM_CANCEL) {
      throw new HostileException();
    }
  }

  /// What it does while its run is open.
  void misbehave() {
    switch (fault) {
      case EMITS_MORE_THAN_REQUESTED -> emitTooMany();
      case EMITS_NULL -> refused(() -> subscriber.onNext(null));
      case EMITS_BEHIND_ITS_COMPLETION -> {
        emit();
        subscriber.onComplete();
        emit();
      }
      case EMITS_BEHIND_ITS_FAILURE -> {
        subscriber.onError(new HostileException());
        emit();
      }
      case COMPLETES_TWICE -> {
        emit();
        subscriber.onComplete();
        subscriber.onComplete();
      }
      case FAILS_TWICE -> {
        subscriber.onError(new HostileException());
        subscriber.onError(new HostileException());
      }
      case FAILS_BEHIND_ITS_COMPLETION -> {
        subscriber.onComplete();
        subscriber.onError(new HostileException());
      }
      case FAILS_WITH_NULL -> refused(() -> subscriber.onError(null));
      default -> {}
    }
  }

  /// What it does behind a cancel.
  void misbehaveLate() {
    if (fault == Fault.SIGNALS_BEHIND_THE_CANCEL) {
      emit();
      emit();
      subscriber.onError(new HostileException());
      subscriber.onComplete();
      emit();
    }
  }

  private void emit() {
    subscriber.onNext(elements.apply(emittedCount++));
  }

  private void emitTooMany() {
    while (!cancelled && emittedCount <= requestedCount && emittedCount < MOST) {
      emit();
    }
    emit();
  }

  /// Rule 2.13
  private static void refused(Runnable signal) {
    assertThatNullPointerException().isThrownBy(signal::run);
  }

  private final class Stray implements Subscription {
    Stray() {
      strayCount++;
    }

    @Override
    public void request(long n) {
      strayCount += 2;
    }

    @Override
    public void cancel() {
      strayCount--;
    }
  }
}
