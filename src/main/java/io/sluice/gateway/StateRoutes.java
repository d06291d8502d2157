package io.sluice.gateway;

import io.sluice.Figures;
import io.sluice.Sluice;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Where the runtime stands: why nothing moves, figures, health; and the wait for quiescence.
final class StateRoutes {
  private final Sluice sluice;
  private final @Nullable Supplier<String> metrics;

  StateRoutes(Sluice sluice, @Nullable Supplier<String> metrics) {
    this.sluice = sluice;
    this.metrics = metrics;
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", "/state", this::state),
        Route.of("POST", "/drain", this::drain),
        Route.of("GET", "/metrics", this::metrics),
        Route.of("GET", "/health", this::health).withoutToken(),
        Route.of("GET", "/openapi.json", StateRoutes::description).withoutToken());
  }

  private Mono<Void> state(Exchange exchange) {
    return Mono.zip(sluice.whyWaiting(), sluice.whyDrainWaits(), sluice.demand())
        .flatMap(
            answers -> {
              Map<String, Object> state = new LinkedHashMap<>();
              state.put("why", answers.getT1());
              state.put("drain", answers.getT2());
              state.put("demand", answers.getT3());
              state.put("figures", sluice.figures());
              return exchange.json(200, state);
            });
  }

  private Mono<Void> drain(Exchange exchange) {
    return sluice
        .drain()
        .flatMap(
            report -> {
              Map<String, Object> drained = new LinkedHashMap<>();
              drained.put("epoch", report.epoch());
              drained.put("taskCount", report.taskCount());
              drained.put("failedCount", report.failedCount());
              drained.put("cancelledCount", report.cancelledCount());
              drained.put("refusedCount", report.refusedCount());
              drained.put("claimedBytes", report.claimedBytes());
              drained.put("peakHeapBytes", report.peakHeapBytes());
              drained.put("elapsedMs", report.elapsed().toMillis());
              return exchange.json(200, drained);
            });
  }

  private Mono<Void> metrics(Exchange exchange) {
    String text = metrics == null ? figures(sluice.figures()) : metrics.get();
    return exchange.send(
        200, "text/plain; version=0.0.4; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String figures(Figures figures) {
    StringBuilder text = new StringBuilder();
    gauge(text, "sluice_heap_capacity_bytes", "All bytes of the heap", figures.heapCapacityBytes());
    gauge(text, "sluice_heap_used_bytes", "Bytes of live slabs", figures.heapUsedBytes());
    gauge(text, "sluice_heap_peak_bytes", "The most of this epoch", figures.heapPeakBytes());
    gauge(text, "sluice_tasks_admitted", "Admitted in this epoch", figures.admittedCount());
    gauge(text, "sluice_tasks_live", "Not yet consumed", figures.liveCount());
    gauge(text, "sluice_members_running", "Members of tasks that run", figures.runningCount());
    return text.toString();
  }

  private static void gauge(StringBuilder text, String name, String help, long value) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
    text.append(name).append(' ').append(value).append('\n');
  }

  /// Nothing that a stranger should not know.
  private Mono<Void> health(Exchange exchange) {
    boolean up = !sluice.isDisposed();
    return exchange.json(up ? 200 : 503, Map.of("status", up ? "up" : "down"));
  }

  private static Mono<Void> description(Exchange exchange) {
    return exchange.send(200, "application/json", Resource.bytes("openapi.json"));
  }
}
