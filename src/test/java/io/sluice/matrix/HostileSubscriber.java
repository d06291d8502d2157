package io.sluice.matrix;

import io.sluice.Sluice;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/// A subscriber with one [Vice], which takes down what the publisher does wrong in turn: signals out of
/// their order, inside each other, or not asked for.
final class HostileSubscriber implements CoreSubscriber<Object> {
  private static final int MANY_TIMES = 100;

  private final Vice vice;
  private final Sluice sluice;
  private final Flux<Object> itself;

  private final List<String> breaches = new ArrayList<>();
  private Subscription subscription;
  private boolean cancelled;
  private boolean hasActed;
  private long requestedCount;
  private int depth;
  private int elementCount;
  private int lastSignalCount;
  private Throwable error;

  /// @param itself what it subscribes to, for a second time
  HostileSubscriber(Vice vice, Sluice sluice, Flux<Object> itself) {
    this.vice = vice;
    this.sluice = sluice;
    this.itself = itself;
  }

  List<String> breaches() {
    return breaches;
  }

  int elementCount() {
    return elementCount;
  }

  int lastSignalCount() {
    return lastSignalCount;
  }

  Throwable error() {
    return error;
  }

  /// Has enough, if nothing else has ended it.
  void leave() {
    if (subscription != null) {
      cancel();
    }
  }

  @Override
  public Context currentContext() {
    return switch (vice) {
      case ITS_CONTEXT_THROWS -> throw new HostileException();
      case ITS_CONTEXT_THROWS_LATER -> {
        if (subscription != null) {
          throw new HostileException();
        }
        yield Context.empty();
      }
      case ITS_CONTEXT_IS_NULL -> null;
      default -> Context.empty();
    };
  }

  @Override
  public void onSubscribe(Subscription toRun) {
    check(subscription == null, "onSubscribe came twice");
    subscription = toRun;
    throwIf(Vice.THROWS_FROM_ON_SUBSCRIBE);
    switch (vice) {
      case REQUESTS_NOTHING_INSIDE_ON_SUBSCRIBE -> toRun.request(0);
      case REQUESTS_ONE_BY_ONE_INSIDE_ON_NEXT -> request(1);
      case REQUESTS_WITHOUT_END_OVER_AND_OVER -> requestOverAndOver();
      default -> request(Long.MAX_VALUE);
    }
  }

  private void requestOverAndOver() {
    for (int i = 0; i < MANY_TIMES; i++) {
      request(Long.MAX_VALUE);
    }
  }

  private void request(long n) {
    requestedCount = requestedCount + n < 0 ? Long.MAX_VALUE : requestedCount + n;
    subscription.request(n);
  }

  private void cancel() {
    cancelled = true;
    subscription.cancel();
  }

  @Override
  public void onNext(Object element) {
    check(subscription != null, "onNext came before onSubscribe");
    check(lastSignalCount == 0, "onNext came behind the last signal");
    check(!cancelled, "onNext came behind the cancel");
    check(++elementCount <= requestedCount, "more elements came than were requested");
    check(++depth == 1, "onNext came inside onNext");
    try {
      act(element);
    } finally {
      depth--;
    }
  }

  /// One that throws has not taken its element: who gave it keeps it.
  private void act(Object element) {
    throwIf(Vice.THROWS_FROM_ON_NEXT);
    if (vice == Vice.CANCELS_AND_THROWS_INSIDE_ON_NEXT) {
      cancel();
      throw new HostileException();
    }
    int _ = Tasks.take(element);
    switch (vice) {
      case REQUESTS_ONE_BY_ONE_INSIDE_ON_NEXT -> request(1);
      case REQUESTS_WITHOUT_END_OVER_AND_OVER -> requestOverAndOver();
      case REQUESTS_LESS_THAN_NOTHING_INSIDE_ON_NEXT -> subscription.request(-1);
      case CANCELS_TWICE_INSIDE_ON_NEXT -> {
        cancel();
        cancel();
      }
      case CANCELS_AND_REQUESTS_INSIDE_ON_NEXT -> {
        cancel();
        request(1);
        subscription.request(-1);
      }
      case SUBMITS_INSIDE_ON_NEXT -> submit();
      case SUBSCRIBES_AGAIN_INSIDE_ON_NEXT -> subscribeAgain();
      case DRAINS_INSIDE_ON_NEXT -> {
        var _ = sluice.drain().subscribe();
      }
      case BLOCKS_ON_A_DIAGNOSIS_INSIDE_ON_NEXT -> sluice.whyWaiting().block(Leftovers.BOUND);
      case DISPOSES_INSIDE_ON_NEXT -> sluice.dispose();
      default -> {}
    }
  }

  /// Once: what listens to events is told of this run, too.
  private void submit() {
    if (!hasActed) {
      hasActed = true;
      var _ = sluice.submit(Flux.just(Tasks.writing(100)), Tasks::read).subscribe();
    }
  }

  private void subscribeAgain() {
    if (!hasActed) {
      hasActed = true;
      var _ = itself.subscribe(Tasks::take, failure -> {});
    }
  }

  @Override
  public void onError(Throwable failure) {
    error = failure;
    sawLastSignal();
    throwIf(Vice.THROWS_FROM_ON_ERROR);
  }

  @Override
  public void onComplete() {
    sawLastSignal();
    throwIf(Vice.THROWS_FROM_ON_COMPLETE);
  }

  private void sawLastSignal() {
    check(subscription != null, "the last signal came before onSubscribe");
    check(++lastSignalCount == 1, "a last signal came behind another one");
    check(!cancelled, "the last signal came behind the cancel");
    check(depth == 0, "the last signal came inside onNext");
    if (vice == Vice.CANCELS_INSIDE_THE_LAST_SIGNAL) {
      cancel();
    }
    if (vice == Vice.REQUESTS_BEHIND_THE_END) {
      request(1);
      subscription.request(-1);
    }
  }

  private void throwIf(Vice one) {
    if (vice == one) {
      throw new HostileException();
    }
  }

  private void check(boolean kept, String breach) {
    if (!kept) {
      breaches.add(breach);
    }
  }

  /// What a hostile subscriber or publisher throws.
  static final class HostileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HostileException() {
      super("hostile, as the test wants it", null, false, false);
    }
  }
}
