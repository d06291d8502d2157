package io.sluice.fire;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;

/// Takes one publisher's signals: the last element, how many there were, and how it ended.
final class Outcome<T> extends BaseSubscriber<T> {
  private volatile @Nullable T value;
  private volatile @Nullable Throwable error;
  private volatile int count;
  private volatile boolean over;

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // signals are serialised
  protected void hookOnNext(T element) {
    value = element;
    count++;
  }

  @Override
  protected void hookOnError(Throwable thrown) {
    error = thrown;
  }

  @Override
  protected void hookFinally(SignalType type) {
    over = true;
  }

  /// For the subscriber it is over when it begins to cancel.
  void leave() {
    over = true;
    cancel();
  }

  boolean isOver() {
    return over;
  }

  boolean hasValue() {
    return value != null;
  }

  int count() {
    return count;
  }

  @Nullable Throwable error() {
    return error;
  }

  /// The last element, once it is there.
  T await(String what) {
    Waits.until(what, () -> value != null || over);
    T got = value;
    if (got == null) {
      throw new AssertionError(what + " did not come", error);
    }
    return got;
  }

  /// How it ended: null for completion.
  @Nullable Throwable awaitEnd(String what) {
    Waits.until(what, () -> over);
    return error;
  }
}
