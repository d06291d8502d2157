package io.sluice.gateway;

import io.sluice.gateway.EventHistory.Entry;
import io.sluice.task.TaskEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Events as server-sent events.
///
/// Readers are looked after by one tick for all: at each, those whose socket took what they got before
/// get what has happened since, as fast as they take it. Who is too slow for the history is told how many
/// events are missing.
final class EventRoutes {
  private static final int EVENTS_AT_ONCE = 256;
  private static final int TICKS_TO_COMMENT = 300;

  private final EventHistory history;
  private final Flux<Long> ticks;

  /// @param ticks shared, hot, dropped by who is busy
  EventRoutes(EventHistory history, Flux<Long> ticks) {
    this.history = history;
    this.ticks = ticks;
  }

  static Duration tick() {
    return Duration.ofMillis(50);
  }

  List<Route> routes() {
    return List.of(Route.of("GET", "/events", this::events));
  }

  private Mono<Void> events(Exchange exchange) {
    String given = exchange.header("Last-Event-ID");
    String after = given == null ? exchange.query("after") : given;
    history.begin();
    long seen = after == null ? history.last() : number(after);
    return exchange.stream(200, "text/event-stream", since(seen));
  }

  /// What has happened behind the event of this number, and what happens.
  Flux<byte[]> since(long seen) {
    Cursor cursor = new Cursor(seen);
    return Flux.just(0L)
        .concatWith(ticks.onBackpressureDrop())
        .concatMap(tick -> batches(cursor), 0);
  }

  /// What has happened up to now, in batches, each made when the one before was taken; what happens
  /// meanwhile is for the next tick, so that no reader has an event loop for itself.
  private Flux<byte[]> batches(Cursor cursor) {
    long now = history.last();
    return Flux.generate(
        sink -> {
          byte[] batch = cursor.next();
          if (batch != null) {
            sink.next(batch);
          }
          if (batch == null || cursor.seen >= now) {
            sink.complete();
          }
        });
  }

  private static long number(String after) {
    if (!after.matches("\\d{1,18}")) {
      throw new HttpRefusal(
          400, "bad-query", "an event's id must be a number, was " + Text.shortened(after));
    }
    return Long.parseLong(after);
  }

  /// How far one reader has come.
  private final class Cursor {
    private long seen;
    private int quietTicks = TICKS_TO_COMMENT;

    Cursor(long seen) {
      this.seen = seen;
    }

    /// What to send now; null for nothing.
    byte @Nullable [] next() {
      StringBuilder text = new StringBuilder();
      tellLost(text);
      for (int i = 0; i < EVENTS_AT_ONCE && seen < history.last(); i++) {
        Entry entry = history.get(seen + 1);
        if (entry == null) {
          break; // overwritten meanwhile: told as lost the next time
        }
        seen = entry.id();
        append(text, entry);
      }
      return text.isEmpty() ? comment() : text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void tellLost(StringBuilder text) {
      if (seen > history.last()) {
        seen = history.last(); // an id of an earlier gateway
      }
      long missing = history.oldest() - 1 - seen;
      if (missing > 0) {
        seen += missing;
        text.append("id: ").append(seen).append("\nevent: missed\ndata: ");
        text.append(Json.text(Map.of("count", missing))).append("\n\n");
      }
    }

    private static void append(StringBuilder text, Entry entry) {
      TaskEvent event = entry.event();
      text.append("id: ").append(entry.id());
      text.append("\nevent: ").append(name(event));
      text.append("\ndata: ").append(Json.text(RecordJson.of(event))).append("\n\n");
    }

    private static String name(TaskEvent event) {
      String name = event.getClass().getSimpleName();
      return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /// At first, and where all is quiet, so that a dead connection is found.
    private byte @Nullable [] comment() {
      if (++quietTicks < TICKS_TO_COMMENT) {
        return null;
      }
      quietTicks = 0;
      return ":\n\n".getBytes(StandardCharsets.UTF_8);
    }
  }
}
