package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.Await;
import io.sluice.HeapPicture;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the dashboard is fed with.
class DashboardFeedTest extends GatewayFixture {

  @Test
  void aSnapshotShowsHeapWorkersDemandAndGraphWhileARunGoesOn() {
    assertThat(snapshot().path("heap").path("usedBytes").asLong()).isZero();
    var open =
        post(
            """
            {"fill": "a", "dtype": "UINT8", "shape": [1000], "base64": "%s"}
            {"kernel": "fail", "name": "bad"}
            {"kernel": "wait", "args": [{"in": "a"}, {"out": "b", "dtype": "UINT8", "shape": [5000]}]}
            """
                .formatted("AAAA".repeat(333) + "AA=="));
    JsonNode shown = await(snapshot -> snapshot.path("failures").size() == 1 && busy(snapshot));
    assertThat(shown.at("/heap/policy").asText()).isEqualTo("FIRST_FIT");
    assertThat(shown.at("/heap/usedBytes").asLong()).isEqualTo(1024 + 5 * 1024);
    assertThat(shown.at("/heap/slabs")).hasSize(2);
    assertThat(shown.at("/heap/slabs/0/state").asText()).isEqualTo("DONE");
    assertThat(shown.at("/heap/slabs/1/state").asText()).isEqualTo("RUNNING");
    assertThat(shown.at("/heap/slabs/1/offset").asLong()).isEqualTo(1024);
    assertThat(shown.at("/demand/undecidedCount").asLong()).isEqualTo(1);
    assertThat(shown.at("/runs/0/name").asText()).isEqualTo("http-1");
    assertThat(shown.at("/graph/aggregated").asBoolean()).isFalse();
    assertThat(shown.at("/graph/nodes")).hasSize(3);
    assertThat(shown.at("/graph/nodes/2/state").asText()).isEqualTo("RUNNING");
    assertThat(shown.at("/failures/0/name").asText()).isEqualTo("bad");
    assertThat(shown.at("/failures/0/cause").asText()).contains("no luck");
    assertThat(shown.at("/why/reason").asText()).isEqualTo("MOVING");
    TestKernels.open();
    assertThat(open.join().statusCode()).isEqualTo(200);
    await(snapshot -> !busy(snapshot) && snapshot.at("/heap/usedBytes").asLong() == 0);
  }

  private static boolean busy(JsonNode snapshot) {
    return snapshot.path("workers").findValues("current").stream()
        .anyMatch(current -> current.path("name").asText().equals("wait"));
  }

  @Test
  void theReasonOfAStallIsASentence() {
    var open =
        post(
            """
            {"kernel": "wait", "name": "holder", "args": [{"out": "b", "dtype": "UINT8", "shape": [100000]}]}
            {"kernel": "look", "name": "waiter", "args": [{"out": "c", "dtype": "UINT8", "shape": [100000]}]}
            """);
    JsonNode shown = await(snapshot -> snapshot.at("/demand/waitingCount").asLong() == 1);
    assertThat(shown.at("/why/sentence").asText()).contains("RUN_LIMIT", "holder");
    TestKernels.open();
    assertThat(open.join().statusCode()).isEqualTo(200);
  }

  @Test
  void aLargeGraphIsAggregatedByName() {
    List<JsonNode> before = List.of(snapshot());
    assertThat(before).hasSize(1);
    assertThat(
            run(
                """
                {"scope": "begin"}
                {"fill": "a", "dtype": "UINT8", "shape": [1], "values": [1]}
                {"kernel": "look", "args": [{"in": "a"}]}
                {"scope": "end"}
                """
                    .repeat(600)))
        .hasSize(1_200);
    JsonNode shown = await(snapshot -> snapshot.at("/graph/taskCount").asLong() == 1_200);
    assertThat(shown.at("/graph/aggregated").asBoolean()).isTrue();
    assertThat(shown.at("/graph/nodes")).hasSize(2);
    assertThat(shown.at("/graph/nodes/0/count").asLong()).isEqualTo(600);
    assertThat(shown.toString().length()).isLessThan(200_000);
  }

  @Test
  void namesThatDifferInTheirNumbersAreOneInALargeGraph() {
    assertThat(RunGraph.kindOf("tile 12 of 300")).isEqualTo("tile # of #");
    assertThat(RunGraph.kindOf("blur")).isEqualTo("blur");
    assertThat(snapshot().path("graph").path("taskCount").asLong()).isZero();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 1_001; i++) {
      lines.append("{\"kernel\": \"look\", \"name\": \"digit %d\"}\n".formatted(i));
    }
    assertThat(run(lines.toString())).hasSize(1_001);
    JsonNode shown = await(snapshot -> snapshot.at("/graph/taskCount").asLong() == 1_001);
    assertThat(shown.at("/graph/nodes")).hasSize(1);
    assertThat(shown.at("/graph/nodes/0/id").asText()).isEqualTo("digit #");
    assertThat(shown.at("/graph/nodes/0/count").asLong()).isEqualTo(1_001);
  }

  @Test
  void aHeapOfManySlabsIsToldInPieces() {
    StringBuilder lines = new StringBuilder("{\"kernel\": \"wait\"}\n");
    for (int i = 0; i < 100; i++) {
      lines.append(
          "{\"kernel\": \"look\", \"args\": [{\"out\": \"t%d\", \"dtype\": \"UINT8\", \"shape\": [1]}]}\n"
              .formatted(i));
    }
    var open = post(lines.toString());
    Await.until("all but one to have ended", () -> doneBytes(picture(10)) == 100 * 1024);
    assertThat(picture(100).slabs()).hasSize(100);
    HeapPicture pieces = picture(10);
    assertThat(pieces.slabs()).isEmpty();
    assertThat(pieces.cells()).hasSize(10);
    assertThat(doneBytes(pieces)).isEqualTo(pieces.usedBytes());
    assertThat(pieces.cells().getFirst().doneBytes()).isEqualTo(100 * 1024);
    TestKernels.open();
    assertThat(open.join().statusCode()).isEqualTo(200);
  }

  private static long doneBytes(HeapPicture picture) {
    return picture.cells().stream().mapToLong(HeapPicture.Cell::doneBytes).sum();
  }

  private HeapPicture picture(int slabs) {
    var picture = sluice.picture(slabs).block(BOUND);
    assertThat(picture).isNotNull();
    return picture.heap();
  }

  @Test
  void theFeedSendsOneSnapshotAfterAnother() throws Exception {
    HttpResponse<Stream<String>> feed =
        client.send(request("/dashboard/feed").build(), BodyHandlers.ofLines());
    List<Long> sequences = new ArrayList<>();
    try (Stream<String> lines = feed.body()) {
      lines
          .filter(line -> line.startsWith("data: "))
          .limit(3)
          .forEach(line -> sequences.add(json(line.substring(6)).path("sequence").asLong()));
    }
    assertThat(sequences).isSorted().doesNotHaveDuplicates().hasSize(3);
  }

  @Test
  void filesOfThePageAreOnlyThoseOfThePage() {
    assertThat(get("/").statusCode()).isEqualTo(307);
    for (String path :
        List.of(
            "/dashboard/none.js",
            "/dashboard/.html",
            "/dashboard/..%2fopenapi.json",
            "/dashboard/Gateway.class",
            "/dashboard/lib/none.js",
            "/dashboard/lib/..%2findex.html")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void thePageRunsItsOwnScriptsAndNoOthers() {
    for (String path :
        List.of(
            "/dashboard/",
            "/dashboard/main.js",
            "/dashboard/style.css",
            "/dashboard/lib/uplot.js",
            "/dashboard/lib/uplot.css",
            "/dashboard/lib/cytoscape.js")) {
      HttpResponse<String> file = get(path);
      assertThat(file.statusCode()).as(path).isEqualTo(200);
      assertThat(file.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(file.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      if (!path.contains("/lib/")) {
        assertThat(file.body()).as(path).doesNotContain("http://", "https://", "onclick=");
      }
    }
    assertThat(get("/dashboard/").body())
        .doesNotContain("<script>", "<style")
        .contains("<script type=\"module\" src=\"main.js\"></script>");
  }

  private JsonNode snapshot() {
    return json(get("/dashboard/snapshot").body());
  }

  private JsonNode await(Predicate<JsonNode> condition) {
    JsonNode[] last = new JsonNode[1];
    Await.until(
        "a snapshot",
        () -> {
          last[0] = snapshot();
          return condition.test(last[0]);
        });
    return last[0];
  }

  private CompletableFuture<HttpResponse<String>> post(String lines) {
    return client.sendAsync(
        request("/runs").POST(BodyPublishers.ofString(lines)).build(), BodyHandlers.ofString());
  }
}
