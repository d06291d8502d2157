package io.sluice.ndjson;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/// The lines of a stream of bytes.
///
/// **Demand** is exact: a piece is asked for only when a line is wanted and none is at hand, so that a
/// reader that stops stops the sender, but for one piece. **Errors**: [NdjsonException] for a line
/// above the limit; those of the bytes. **Cancel** goes to the bytes.
public final class Lines extends Flux<Line> {
  private final Publisher<byte[]> pieces;
  private final int maxLineBytes;

  private Lines(Publisher<byte[]> pieces, int maxLineBytes) {
    this.pieces = pieces;
    this.maxLineBytes = maxLineBytes;
  }

  /// The lines of these pieces; arrays are taken over, not copied.
  ///
  /// @param maxLineBytes the longest line, without its end; at least 1
  public static Flux<Line> of(Publisher<byte[]> pieces, int maxLineBytes) {
    return new Lines(Objects.requireNonNull(pieces, "pieces"), maxLineBytes);
  }

  @Override
  public void subscribe(CoreSubscriber<? super Line> actual) {
    pieces.subscribe(new Splitting(actual, maxLineBytes));
  }

  /// One subscription.
  ///
  /// | field | owner | access |
  /// | --- | --- | --- |
  /// | `splitter`, `asked` | whoever has raised `work` from 0 | plain |
  /// | `piece` | the bytes' publisher, then that one | volatile |
  private static final class Splitting implements CoreSubscriber<byte[]>, Subscription {
    private final CoreSubscriber<? super Line> actual;
    private final LineSplitter splitter;
    private final AtomicInteger work = new AtomicInteger();
    private final AtomicLong demand = new AtomicLong();
    private @Nullable Subscription upstream;
    private boolean asked;
    private boolean ended;
    private volatile byte @Nullable [] piece;
    private volatile boolean completed;
    private volatile @Nullable Throwable error;
    private volatile boolean cancelled;

    Splitting(CoreSubscriber<? super Line> actual, int maxLineBytes) {
      this.actual = actual;
      this.splitter = new LineSplitter(maxLineBytes);
    }

    @Override
    public Context currentContext() {
      return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      if (Operators.validate(upstream, subscription)) {
        upstream = subscription;
        actual.onSubscribe(this);
      }
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        error = new IllegalArgumentException("a request must be for at least 1, was " + n);
        upstream().cancel();
      } else {
        demand.getAndUpdate(before -> Operators.addCap(before, n));
      }
      drain();
    }

    @Override
    public void cancel() {
      cancelled = true;
      upstream().cancel();
    }

    @Override
    public void onNext(byte[] nextPiece) {
      piece = nextPiece;
      drain();
    }

    @Override
    public void onError(Throwable failure) {
      error = failure;
      drain();
    }

    @Override
    public void onComplete() {
      completed = true;
      drain();
    }

    private void drain() {
      if (work.getAndIncrement() != 0) {
        return;
      }
      int seen = 1;
      while (seen != 0) {
        turn();
        seen = work.addAndGet(-seen);
      }
    }

    private void turn() {
      while (!cancelled && !ended && step()) {
        // until nothing more can be done now
      }
    }

    /// @return whether there may be more to do at once
    private boolean step() {
      byte[] given = piece;
      if (given != null) {
        piece = null;
        asked = false;
        splitter.feed(given);
      }
      if (demand.get() == 0) {
        return endIfNothingIsLeft();
      }
      Line line;
      try {
        line = splitter.next();
      } catch (NdjsonException tooLong) {
        upstream().cancel();
        return end(tooLong);
      }
      if (line != null) {
        return emit(line);
      }
      return askForMore();
    }

    private boolean emit(Line line) {
      demand.getAndUpdate(before -> before == Long.MAX_VALUE ? before : before - 1);
      actual.onNext(line);
      return true;
    }

    /// An error needs no demand.
    private boolean endIfNothingIsLeft() {
      Throwable failure = error;
      return failure != null && end(failure);
    }

    private boolean askForMore() {
      Throwable failure = error;
      boolean done = completed; // before the piece, which comes before it
      if (piece != null) {
        return true;
      }
      if (failure != null) {
        return end(failure);
      }
      if (done) {
        return complete();
      }
      if (!asked) {
        asked = true;
        upstream().request(1);
        return piece != null || completed || error != null;
      }
      return false;
    }

    private boolean complete() {
      Line last;
      try {
        last = splitter.last();
      } catch (NdjsonException tooLong) {
        return end(tooLong);
      }
      if (last != null) {
        return emit(last);
      }
      ended = true;
      actual.onComplete();
      return false;
    }

    private boolean end(Throwable failure) {
      ended = true;
      actual.onError(failure);
      return false;
    }

    private Subscription upstream() {
      return Objects.requireNonNull(upstream);
    }
  }
}
