package io.sluice.gateway;

import io.sluice.Sluice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The snapshots that the dashboard draws.
///
/// One sampler serves all pages: it listens and asks only while there is one, and for a while behind.
final class DashboardRoutes {
  private static final int MAX_SLABS = 512;
  private static final int BUFFER_EVENTS = 65_536;
  private static final Duration PERIOD = Duration.ofMillis(250);
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Sluice sluice;
  private final Scheduler watcher;
  private final Flux<byte[]> snapshots;

  /// @param watcher one thread, for all that is taken down and put together
  DashboardRoutes(Sluice sluice, Scheduler watcher) {
    this.sluice = sluice;
    this.watcher = watcher;
    this.snapshots = Flux.defer(this::sampled).replay(1).refCount(1, GRACE);
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", "/dashboard/snapshot", this::snapshot),
        Route.of("GET", "/dashboard/feed", this::feed));
  }

  /// A look that takes long makes the next one wait: the ticks in between are dropped.
  private Flux<byte[]> sampled() {
    DashboardModel model = new DashboardModel();
    Flux<byte[]> looks =
        Flux.interval(Duration.ZERO, PERIOD, watcher)
            .onBackpressureDrop()
            .concatMap(tick -> look(model), 0);
    return Flux.using(
        () ->
            sluice
                .events(BUFFER_EVENTS)
                .publishOn(watcher, BUFFER_EVENTS)
                .subscribe(model::take, error -> {}),
        listening -> looks,
        reactor.core.Disposable::dispose);
  }

  private Mono<byte[]> look(DashboardModel model) {
    return sluice
        .picture(MAX_SLABS)
        .publishOn(watcher)
        .map(picture -> Json.bytes(model.snapshot(picture)));
  }

  private Mono<Void> snapshot(Exchange exchange) {
    return snapshots.next().flatMap(json -> exchange.send(200, "application/json", json));
  }

  /// The newest is sent when the one before was taken; those in between are skipped.
  private Mono<Void> feed(Exchange exchange) {
    return exchange.stream(
        200, "text/event-stream", snapshots.onBackpressureLatest().map(DashboardRoutes::event));
  }

  private static byte[] event(byte[] json) {
    return ("event: snapshot\ndata: " + new String(json, StandardCharsets.UTF_8) + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
