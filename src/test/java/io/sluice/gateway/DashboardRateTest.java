package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.Await;
import io.sluice.task.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import reactor.core.publisher.Flux;

/// What the dashboard costs where many things happen: it is sampled on the server, whatever the rate.
///
/// The figure: `mvn test -Dtest=DashboardRateTest -Dsluice.feed.seconds=10`.
class DashboardRateTest extends GatewayFixture {
  private static final int TASKS = 60_000;
  private static final int EVENTS_A_TASK = 5;
  private static final int MAX_SNAPSHOT_BYTES = 400_000;

  /// A page that reads its feed on a thread of its own.
  private final class Page implements AutoCloseable {
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicReference<JsonNode> newest = new AtomicReference<>();
    private final java.io.InputStream body;

    Page() throws Exception {
      body = client.send(request("/dashboard/feed").build(), BodyHandlers.ofInputStream()).body();
      Thread.ofVirtual().start(this::readAll);
      Await.until("the first snapshot", () -> count.get() > 0);
    }

    private void readAll() {
      try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("data: ")) {
            longest.accumulateAndGet(line.length(), Math::max);
            newest.set(json(line.substring(6)));
            count.incrementAndGet();
          }
        }
      } catch (IOException closed) {
        // by the test
      }
    }

    @Override
    public void close() {
      try {
        body.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void manyEventsAreSampledAndNotSent() throws Exception {
    try (Page page = new Page();
        RawClient lazy = new RawClient(gateway)) {
      lazy.get("/dashboard/feed");
      assertThat(tasks(TASKS)).isEqualTo(TASKS);
      Await.until(
          "the end in a snapshot",
          () -> page.newest.get().at("/graph/taskCount").asLong() + lostTasks(page) >= TASKS);
      assertThat(page.longest.get()).as("characters of a snapshot").isLessThan(MAX_SNAPSHOT_BYTES);
      assertThat(page.count.get()).as("snapshots").isLessThan(TASKS / 100);
      for (JsonNode worker : page.newest.get().path("workers")) {
        assertThat(worker.path("slices").size()).isLessThanOrEqualTo(WorkerLanes.MAX_SLICES);
      }
    }
  }

  /// At most so many tasks are missing where so many events are.
  private static long lostTasks(Page page) {
    return page.newest.get().path("lostEvents").asLong();
  }

  private long tasks(long count) {
    Long done =
        sluice
            .submit(Flux.range(0, (int) count).map(i -> Task.call("empty", context -> {})))
            .count()
            .block(BOUND);
    assertThat(done).isNotNull();
    return done;
  }

  @Test
  @EnabledIfSystemProperty(named = "sluice.feed.seconds", matches = "\\d+")
  void howManyThereMayBe() throws Exception {
    Duration time = Duration.ofSeconds(Integer.getInteger("sluice.feed.seconds"));
    tasksIn(time);
    for (int round = 1; round <= 3; round++) {
      double alone = tasksIn(time);
      try (Page page = new Page()) {
        long before = page.count.get();
        double watched = tasksIn(time);
        System.out.printf(
            "round %d: %,.0f tasks/s unwatched, %,.0f with a page, which is %,.0f events/s;"
                + " %.1f snapshots/s, the longest of %,d characters; %,d events left out so far%n",
            round,
            alone,
            watched,
            watched * EVENTS_A_TASK,
            (page.count.get() - before) / (double) time.toSeconds(),
            page.longest.get(),
            lostTasks(page));
      }
    }
  }

  private double tasksIn(Duration time) {
    Long done =
        sluice
            .submit(Flux.<Task>generate(sink -> sink.next(Task.call("empty", context -> {}))))
            .take(time)
            .count()
            .block(time.plus(BOUND));
    assertThat(done).isNotNull();
    return done / (double) time.toSeconds();
  }
}
