package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/// Events as server-sent events.
class EventStreamTest extends GatewayFixture {

  @Test
  void whatHappensIsToldInOrder() {
    try (RawClient client = listener("/events")) {
      run("{\"kernel\": \"look\", \"name\": \"one\"}");
      String text = client.readUntil("event: consumed");
      assertThat(text)
          .containsSubsequence(
              "id: 1\nevent: admitted\n",
              "\"taskName\":\"one\"",
              "event: started",
              "event: completed");
    }
    awaitConnections(0);
  }

  private RawClient listener(String path, String... headers) {
    RawClient client = new RawClient(gateway);
    client.get(path, headers);
    assertThat(client.readUntil(":\n\n")).contains("200 OK", "text/event-stream");
    return client;
  }

  @Test
  void whoComesBackGoesOnFromItsLastEvent() {
    try (RawClient client = listener("/events")) {
      run("{\"kernel\": \"look\", \"name\": \"one\"}");
      client.readUntil("event: consumed");
    }
    run("{\"kernel\": \"look\", \"name\": \"two\"}");
    try (RawClient client = new RawClient(gateway)) {
      client.get("/events", "Last-Event-ID: 1");
      assertThat(client.readUntil("\"taskName\":\"two\""))
          .contains("id: 2\n")
          .doesNotContain("id: 1\n", "event: missed");
    }
    try (RawClient client = new RawClient(gateway)) {
      client.get("/events?after=0");
      assertThat(client.readUntil("\"taskName\":\"two\"")).contains("id: 1\n");
    }
  }

  @Test
  void whoComesBackTooLateIsToldHowManyAreMissing() {
    restart(options -> options.limits(limits -> limits.events(16)));
    try (RawClient client = listener("/events")) {
      run("{\"kernel\": \"look\"}\n".repeat(50));
      assertThat(client.readUntil("\"taskName\":\"look\"")).isNotEmpty();
    }
    Await.until("quiet", () -> sluice.figures().liveCount() == 0);
    try (RawClient client = new RawClient(gateway)) {
      client.get("/events?after=1");
      assertThat(client.readUntil("event: consumed"))
          .containsSubsequence("event: missed\ndata: {\"count\":", "event: consumed");
    }
  }

  @Test
  void whoDoesNotReadLosesEventsAndIsToldSoAndNobodyWaits() {
    restart(options -> options.limits(limits -> limits.events(1_000)));
    try (RawClient lazy = listener("/events")) {
      for (int i = 0; i < 10; i++) {
        assertThat(run("{\"kernel\": \"look\"}\n".repeat(1_500))).hasSize(1_500);
      }
      assertThat(lazy.readUntil("event: missed\n")).contains("event: completed");
    }
  }

  @Test
  void whoReadsFastGetsAllAtOnceAndNotWithTheClock() {
    var history = new EventHistory(sluice, 4_096, Schedulers.immediate());
    history.begin();
    assertThat(run("{\"kernel\": \"look\"}\n".repeat(300))).hasSize(300);
    Await.until("the last event", () -> history.last() >= 1_500);
    long last = history.last();
    StepVerifier.create(
            new EventRoutes(history, Flux.never())
                .since(0)
                .map(batch -> new String(batch, StandardCharsets.UTF_8))
                .takeUntil(batch -> batch.contains("id: " + last + "\n"))
                .last())
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    history.dispose();
  }

  @Test
  void anIdThatIsNoneIsRefusedAndOneFromTheFutureIsTheNewest() {
    assertThat(error(get("/events?after=x"), 400).path("code").asText()).isEqualTo("bad-query");
    try (RawClient client = listener("/events?after=999")) {
      run("{\"kernel\": \"look\"}");
      assertThat(client.readUntil("event: consumed")).contains("id: 1\n");
    }
  }

  @Test
  void twoThousandIdleListenersAreNoBurden() {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 2_000; i++) {
        RawClient client = new RawClient(gateway);
        clients.add(client);
        client.get("/events");
      }
      assertThat(clients.getLast().readUntil(":\n\n")).contains("200 OK");
      awaitConnections(2_000);
      assertThat(run("{\"kernel\": \"look\", \"name\": \"one\"}")).hasSize(1);
      for (RawClient client : clients) {
        assertThat(client.readUntil("event: completed")).contains("\"taskName\":\"one\"");
      }
    } finally {
      clients.forEach(RawClient::close);
    }
    Await.until("their end", () -> gateway.connectionCount() <= 1);
  }
}
