package io.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Locale;

/// A gateway's snapshot as text.
///
/// ```
/// heap    [################--------]  2.7 of 4.0 MiB, peak 4.0 MiB, 7 slabs
/// demand  120 asked for, 104 admitted, 2 wait for bytes, 9 not decided, 1 not delivered
/// rates   820 admitted/s, 812 completed/s, 0 failed/s; latency p50 0.4 ms, p95 1.2 ms
/// why     MOVING: …
/// ```
final class TopScreen {
  private static final int WIDTH = 24;
  private static final int ROWS = 20;
  private static final double MEBIBYTE = 1 << 20;

  private final JsonNode snapshot;
  private final StringBuilder text = new StringBuilder();

  private TopScreen(JsonNode snapshot) {
    this.snapshot = snapshot;
  }

  static String of(URI url, JsonNode snapshot) {
    TopScreen screen = new TopScreen(snapshot);
    screen.line("sluice  %s, epoch %d", url, snapshot.path("epoch").asLong());
    screen.heap(snapshot.path("heap"));
    screen.demand(snapshot.path("demand"));
    screen.rates(snapshot.path("throughput"));
    screen.why(snapshot.path("why"));
    screen.workers();
    screen.runs();
    screen.failures();
    return screen.text.toString();
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... values) {
    String line = String.format(Locale.ROOT, format, values);
    text.append(Printable.of(line)).append('\n');
  }

  private void heap(JsonNode heap) {
    double capacity = Math.max(1, heap.path("capacityBytes").asDouble());
    double used = heap.path("usedBytes").asDouble();
    int filled = Math.clamp(Math.round(WIDTH * used / capacity), 0, WIDTH);
    line(
        "heap    [%s%s]  %.1f of %.1f MiB, peak %.1f MiB, %d slabs",
        "#".repeat(filled),
        "-".repeat(WIDTH - filled),
        used / MEBIBYTE,
        capacity / MEBIBYTE,
        heap.path("peakBytes").asDouble() / MEBIBYTE,
        heap.path("slabCount").asLong());
  }

  private void demand(JsonNode demand) {
    line(
        "demand  %,d asked for, %,d admitted, %,d wait for bytes, %,d not decided, %,d not"
            + " delivered",
        demand.path("requestedCount").asLong(),
        demand.path("admittedCount").asLong(),
        demand.path("waitingCount").asLong(),
        demand.path("undecidedCount").asLong(),
        demand.path("undeliveredCount").asLong());
  }

  private void rates(JsonNode rates) {
    JsonNode latency = rates.path("latencyMs");
    String times =
        latency.isObject()
            ? String.format(
                Locale.ROOT,
                "; latency p50 %.1f ms, p95 %.1f ms",
                latency.path("p50").asDouble(),
                latency.path("p95").asDouble())
            : "";
    line(
        "rates   %,.0f admitted/s, %,.0f completed/s, %,.0f failed/s%s",
        rates.path("admittedPerSecond").asDouble(),
        rates.path("completedPerSecond").asDouble(),
        rates.path("failedPerSecond").asDouble(),
        times);
  }

  private void why(JsonNode why) {
    line("why     %s", why.path("sentence").asText());
  }

  private void workers() {
    int shown = 0;
    for (JsonNode worker : snapshot.path("workers")) {
      JsonNode current = worker.path("current");
      if (shown++ < ROWS) {
        line(
            "worker  %s-%d  %s",
            worker.path("pool").asText(),
            worker.path("worker").asInt(),
            current.isObject()
                ? current.path("name").asText() + " (" + current.path("task").asText() + ")"
                : "idle");
      }
    }
  }

  private void runs() {
    int shown = 0;
    for (JsonNode run : snapshot.path("runs")) {
      if (shown++ < ROWS) {
        line(
            "run     %d %s  %,d admitted, %,d wait, %.1f MiB",
            run.path("run").asLong(),
            run.path("name").asText(""),
            run.path("admittedCount").asLong(),
            run.path("waitingCount").asLong(),
            run.path("heapBytes").asDouble() / MEBIBYTE);
      }
    }
  }

  private void failures() {
    int shown = 0;
    for (JsonNode failure : snapshot.path("failures")) {
      if (shown++ < 3) {
        line("failed  %s: %s", failure.path("name").asText(), failure.path("message").asText());
      }
    }
  }
}
