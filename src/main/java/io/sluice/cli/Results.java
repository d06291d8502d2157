package io.sluice.cli;

import io.sluice.ndjson.Outcome;
import io.sluice.ndjson.OutcomeWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Writes outcomes as lines, on a thread that may block, and closes each behind its last byte. Whoever reads
/// them as they come gets each: the stream is flushed when no other is at hand.
///
/// **Bound.** [#AT_HAND] outcomes wait for the one that is being written.
final class Results {
  static final int AT_HAND = 128;

  private final @Nullable OutputStream out;
  private final OutcomeWriter writer = new OutcomeWriter(OutcomeWriter.Data.BASE64);
  private final AtomicLong cameCount = new AtomicLong();
  private long writtenCount;

  /// @param out where to; null for nowhere
  Results(@Nullable OutputStream out) {
    this.out = out;
  }

  /// Completes behind the last one. **Errors**: that of the outcomes, behind all that came before it;
  /// [UncheckedIOException] where they can't be written.
  Mono<Void> write(Flux<Outcome> outcomes) {
    return outcomes
        .doOnNext(outcome -> cameCount.incrementAndGet())
        .publishOn(Schedulers.boundedElastic(), AT_HAND)
        .concatMap(this::taken, 1)
        .doOnDiscard(Outcome.class, Outcome::close)
        .then();
  }

  private Mono<Void> taken(Outcome outcome) {
    if (out == null) {
      outcome.close();
      return Mono.empty();
    }
    return writer
        .write(outcome)
        .doOnNext(piece -> write(out, piece))
        .doOnComplete(() -> flushIfLast(out))
        .then();
  }

  private static void write(OutputStream out, byte[] piece) {
    try {
      out.write(piece);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// One that comes behind this look is flushed itself.
  private void flushIfLast(OutputStream out) {
    writtenCount++;
    if (writtenCount == cameCount.get()) {
      try {
        out.flush();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
