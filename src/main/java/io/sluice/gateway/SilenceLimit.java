package io.sluice.gateway;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;

/// Ends a body whose sender has fallen silent: one that sends nothing while it is asked for more.
///
/// Time in which nothing is asked for doesn't count: then it is the gateway that doesn't read. Silence is
/// found between the limit and a quarter more.
///
/// **Threads.** The body's own, and a timer's that only looks.
final class SilenceLimit {
  private static final int LOOKS = 4;

  private final Duration limit;
  private final Scheduler timer;
  private final AtomicLong wanted = new AtomicLong();
  private volatile long sinceNs;
  private volatile boolean found;

  private SilenceLimit(Duration limit, Scheduler timer) {
    this.limit = limit;
    this.timer = timer;
  }

  /// The same pieces; **errors** with a refusal of status 408 if none comes for too long.
  static <T> Flux<T> on(Flux<T> body, Duration limit, Scheduler timer) {
    return Flux.defer(
        () -> {
          SilenceLimit silence = new SilenceLimit(limit, timer);
          return body.doOnRequest(silence::asked)
              .doOnNext(piece -> silence.came())
              .takeUntilOther(silence.found())
              .concatWith(Mono.defer(silence::refusalIfFound));
        });
  }

  private void asked(long count) {
    if (wanted.getAndUpdate(before -> Operators.addCap(before, count)) == 0) {
      sinceNs = nowNs();
    }
  }

  private void came() {
    sinceNs = nowNs();
    wanted.getAndUpdate(before -> before == Long.MAX_VALUE ? before : before - 1);
  }

  private long nowNs() {
    return timer.now(TimeUnit.NANOSECONDS);
  }

  /// Completes when it is found: an error of its own would leave the body uncancelled.
  private Mono<Long> found() {
    return Flux.interval(limit.dividedBy(LOOKS), timer)
        .onBackpressureDrop()
        .filter(tick -> wanted.get() > 0 && nowNs() - sinceNs >= limit.toNanos())
        .next()
        .doOnNext(tick -> found = true);
  }

  private <T> Mono<T> refusalIfFound() {
    return found ? Mono.error(refusal()) : Mono.empty();
  }

  private HttpRefusal refusal() {
    return new HttpRefusal(
        408,
        "too-silent",
        String.format(
            Locale.ROOT,
            "a client must send something of its body every %,d ms; raise"
                + " GatewayLimits.silence(...)",
            limit.toMillis()));
  }
}
