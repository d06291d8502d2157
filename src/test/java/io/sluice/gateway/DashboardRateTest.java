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
import java.util.Collections;
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
  private static final int PACED_AT_ONCE = 150;
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
          () -> page.newest.get().at("/graph/taskCount").asLong() + lostEvents(page) >= TASKS);
      assertThat(page.longest.get()).as("characters of a snapshot").isLessThan(MAX_SNAPSHOT_BYTES);
      assertThat(page.count.get()).as("snapshots").isLessThan(TASKS / 100);
      for (JsonNode worker : page.newest.get().path("workers")) {
        assertThat(worker.path("slices").size()).isLessThanOrEqualTo(WorkerLanes.MAX_SLICES);
      }
    }
  }

  /// At most so many tasks are missing where so many events are.
  private static long lostEvents(Page page) {
    return page.newest.get().path("lostEvents").asLong();
  }

  private long tasks(long count) {
    Long done = sluice.submit(Flux.range(0, (int) count).map(i -> empty())).count().block(BOUND);
    assertThat(done).isNotNull();
    return done;
  }

  @Test
  @EnabledIfSystemProperty(named = "sluice.feed.seconds", matches = "\\d+")
  void howManyThereMayBe() throws Exception {
    Duration time = Duration.ofSeconds(Integer.getInteger("sluice.feed.seconds"));
    int eventsATask = eventsATask();
    for (int round = 1; round <= 3; round++) {
      try (Page page = new Page()) {
        report("paced", page, time, eventsATask, paced());
      }
    }
    for (int round = 1; round <= 3; round++) {
      double alone = tasksIn(time, asFast());
      try (Page page = new Page()) {
        String what = "as fast as it goes, %,.0f tasks/s without a page".formatted(alone);
        report(what, page, time, eventsATask, asFast());
      }
    }
  }

  private void report(String what, Page page, Duration time, int eventsATask, Flux<Task> tasks) {
    long before = page.count.get();
    long lostBefore = lostEvents(page);
    double rate = tasksIn(time, tasks);
    System.out.printf(
        "%s: %,.0f tasks/s, %,.0f events/s, %,d left out; %.1f snapshots/s, the longest of %,d"
            + " characters%n",
        what,
        rate,
        rate * eventsATask,
        lostEvents(page) - lostBefore,
        (page.count.get() - before) / (double) time.toSeconds(),
        page.longest.get());
  }

  private int eventsATask() {
    AtomicLong count = new AtomicLong();
    var listening = sluice.events().subscribe(event -> count.incrementAndGet());
    assertThat(tasks(1_000)).isEqualTo(1_000);
    assertThat(sluice.drain().block(BOUND)).isNotNull();
    listening.dispose();
    return (int) (count.get() / 1_000);
  }

  private static Flux<Task> asFast() {
    return Flux.generate(sink -> sink.next(empty()));
  }

  private static Flux<Task> paced() {
    return Flux.interval(Duration.ofMillis(5))
        .onBackpressureBuffer()
        .concatMapIterable(tick -> Collections.nCopies(PACED_AT_ONCE, empty()));
  }

  private static Task empty() {
    return Task.call("empty", context -> {});
  }

  private double tasksIn(Duration time, Flux<Task> tasks) {
    Long done = sluice.submit(tasks).take(time).count().block(time.plus(BOUND));
    assertThat(done).isNotNull();
    return done / (double) time.toSeconds();
  }
}
