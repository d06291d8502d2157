package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.Await;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a gateway answers, over real HTTP.
class GatewayTest extends GatewayFixture {

  @Test
  void tasksGoInAndOutcomesComeOut() {
    List<JsonNode> outcomes =
        run(
            """
            {"fill": "a", "dtype": "INT32", "shape": [3], "values": [1, 2, 3]}
            {"kernel": "double", "name": "twice", "args": [{"in": "a"}, {"out": "b", "dtype": "INT32", "shape": [3]}], "yields": ["b"]}
            {"kernel": "fail", "name": "bad"}
            """);
    assertThat(outcomes)
        .hasSize(3)
        .anySatisfy(
            outcome -> {
              assertThat(outcome.path("completed").asText()).isEqualTo("twice");
              assertThat(outcome.at("/tensors/0/values").toString()).isEqualTo("[2,4,6]");
            })
        .anySatisfy(
            outcome -> {
              assertThat(outcome.path("failed").asText()).isEqualTo("bad");
              assertThat(outcome.at("/error/cause").asText()).contains("no luck");
              assertThat(outcome.toString()).doesNotContain("at io.sluice");
            });
  }

  @Test
  void anErrorBeforeTheFirstResultHasItsStatusAndBody() {
    JsonNode error = error(post("/runs", "{\"kernel\": \"nothing\"}"), 400);
    assertThat(error.path("code").asText()).isEqualTo("bad-line");
    assertThat(error.path("line").asLong()).isEqualTo(1);
    assertThat(error.path("rule").asText()).contains("a name of the library");
    assertThat(error.path("given").asText()).contains("nothing");
  }

  @Test
  void aLaterErrorIsTheLastLine() {
    List<JsonNode> outcomes = run("{\"kernel\": \"look\"}\n{\"kernel\"\n{\"kernel\": \"look\"}\n");
    assertThat(outcomes).hasSize(2);
    assertThat(outcomes.getFirst().has("completed")).isTrue();
    assertThat(outcomes.getLast().at("/error/line").asLong()).isEqualTo(2);
  }

  @Test
  void anEmptyRunIsAnEmptyAnswer() {
    assertThat(run("")).isEmpty();
    assertThat(run("\n\n")).isEmpty();
  }

  @Test
  void aRunCanBeLookedAtAndCancelled() throws Exception {
    CompletableFuture<HttpResponse<String>> open =
        client.sendAsync(
            request("/runs?name=mine")
                .POST(BodyPublishers.ofString("{\"kernel\": \"wait\"}"))
                .build(),
            BodyHandlers.ofString());
    Await.until("the kernel", () -> sluice.figures().runningCount() == 1);
    JsonNode run = json(get("/runs/1").body());
    assertThat(run.path("name").asText()).isEqualTo("mine");
    assertThat(run.path("state").asText()).isEqualTo("open");
    assertThat(run.at("/demand/undecidedCount").asLong()).isEqualTo(1);
    assertThat(json(get("/runs").body()).path("runs")).hasSize(1);
    assertThat(send(request("/runs/1").DELETE()).statusCode()).isEqualTo(202);
    JsonNode error = error(open.get(20, TimeUnit.SECONDS), 409);
    assertThat(error.path("code").asText()).isEqualTo("cancelled");
    assertThat(json(get("/runs/1").body()).path("state").asText()).isEqualTo("cancelled");
    assertThat(send(request("/runs/1").DELETE()).statusCode()).isEqualTo(202);
  }

  @Test
  void moreRunsThanTheLimitAreRefusedAndTheSlotComesBack() throws Exception {
    restart(options -> options.limits(limits -> limits.runs(1)));
    var open =
        client.sendAsync(
            request("/runs").POST(BodyPublishers.ofString("{\"kernel\": \"wait\"}")).build(),
            BodyHandlers.ofString());
    Await.until("the kernel", () -> sluice.figures().runningCount() == 1);
    assertThat(error(post("/runs", "{\"kernel\": \"look\"}"), 503).path("code").asText())
        .isEqualTo("too-many-runs");
    TestKernels.open();
    assertThat(open.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    Await.until("room", () -> post("/runs", "{\"kernel\": \"look\"}").statusCode() == 200);
  }

  @Test
  void aTensorSurvivesARoundTripAndAKernelReadsIt() {
    byte[] bytes = new byte[300_001];
    new SplittableRandom(1).nextBytes(bytes);
    put("t", "dtype=UINT8&shape=300001", bytes, 201);
    assertThat(download("t")).isEqualTo(bytes);
    assertThat(
            run(
                """
                {"kernel": "look", "args": [{"in": "/t", "slice": [[7, 9]]}], "yields": ["/t"]}
                """))
        .singleElement()
        .satisfies(
            outcome ->
                assertThat(outcome.at("/tensors/0/values/0").asInt()).isEqualTo(bytes[7] & 0xff));
    put("t", "dtype=UINT8&shape=3", new byte[] {1, 2, 3}, 201);
    assertThat(download("t")).containsExactly(1, 2, 3);
    assertThat(json(get("/tensors").body()).at("/tensors/0/bytes").asLong()).isEqualTo(3);
    assertThat(send(request("/tensors/t").DELETE()).statusCode()).isEqualTo(200);
    assertThat(error(get("/tensors/t"), 404).path("code").asText()).isEqualTo("unknown-tensor");
  }

  @Test
  void aTensorInUseIsNeitherReplacedNorDeleted() throws Exception {
    put("t", "dtype=UINT8&shape=3", new byte[] {1, 2, 3}, 201);
    var open =
        client.sendAsync(
            request("/runs")
                .POST(
                    BodyPublishers.ofString("{\"kernel\": \"wait\", \"args\": [{\"in\": \"/t\"}]}"))
                .build(),
            BodyHandlers.ofString());
    Await.until("the kernel", () -> sluice.figures().runningCount() == 1);
    put("t", "dtype=UINT8&shape=3", new byte[] {4, 5, 6}, 409);
    assertThat(error(send(request("/tensors/t").DELETE()), 409).path("code").asText())
        .isEqualTo("in-use");
    TestKernels.open();
    assertThat(open.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(download("t")).containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          t  | dtype=UINT8&shape=4          | 400 | wrong-length
          t  | dtype=UINT8&shape=2          | 400 | wrong-length
          t  | dtype=uint8&shape=3          | 400 | bad-query
          t  | shape=3                      | 400 | bad-query
          t  | dtype=UINT8                  | 400 | bad-query
          t  | dtype=UINT8&shape=3,x        | 400 | bad-query
          t  | dtype=UINT8&shape=-3         | 400 | bad-query
          t  | dtype=UINT8&shape=0          | 400 | invalid
          t  | dtype=UINT8&shape=999999999999999999,999999999999999999 | 400 | invalid
          t  | dtype=UINT8&shape=99999999999 | 507 | no-room
          a%20b | dtype=UINT8&shape=3       | 400 | bad-name
          """)
  void aTensorThatIsWrongIsRefused(String name, String query, int status, String code) {
    assertThat(put(name, query, new byte[] {1, 2, 3}, status).path("code").asText())
        .isEqualTo(code);
    assertThat(json(get("/tensors").body()).path("tensors")).isEmpty();
    put("t", "dtype=UINT8&shape=3", new byte[] {1, 2, 3}, 201);
  }

  private JsonNode put(String name, String query, byte[] bytes, int status) {
    HttpResponse<String> response =
        send(request("/tensors/" + name + "?" + query).PUT(BodyPublishers.ofByteArray(bytes)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return status == 201 ? json(response.body()) : error(response, status);
  }

  private byte[] download(String name) {
    try {
      HttpResponse<byte[]> response =
          client.send(request("/tensors/" + name).build(), BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
      return response.body();
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  @Test
  void theStateSaysWhyNothingMoves() {
    var open =
        client.sendAsync(
            request("/runs").POST(BodyPublishers.ofString("{\"kernel\": \"wait\"}")).build(),
            BodyHandlers.ofString());
    Await.until("the kernel", () -> sluice.figures().runningCount() == 1);
    JsonNode state = json(get("/state").body());
    assertThat(state.at("/drain/sentence").asText()).contains("http-1");
    assertThat(state.at("/figures/runningCount").asInt()).isEqualTo(1);
    TestKernels.open();
    assertThat(open.join().statusCode()).isEqualTo(200);
  }

  @Test
  void aDrainAnswersWhenAllIsQuiet() throws Exception {
    var open =
        client.sendAsync(
            request("/runs").POST(BodyPublishers.ofString("{\"kernel\": \"wait\"}")).build(),
            BodyHandlers.ofString());
    Await.until("the kernel", () -> sluice.figures().runningCount() == 1);
    var drain =
        client.sendAsync(
            request("/drain").POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    Await.until("the drain's wait", () -> gateway.connectionCount() == 2);
    assertThat(drain).isNotDone();
    TestKernels.open();
    assertThat(json(drain.get(20, TimeUnit.SECONDS).body()).path("taskCount").asLong())
        .isEqualTo(1);
    assertThat(open.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void figuresAreThereForPrometheusOrThoseOfTheOwner() {
    assertThat(get("/metrics").body()).contains("sluice_heap_capacity_bytes 1048576\n");
    restart(options -> options.metrics(() -> "mine 1\n"));
    assertThat(get("/metrics").body()).isEqualTo("mine 1\n");
  }

  @Test
  void pathsAndMethodsThatAreNotThereAreSaidToBeSo() {
    assertThat(error(get("/nothing"), 404).path("code").asText()).isEqualTo("unknown-path");
    assertThat(error(get("/runs/99"), 404).path("code").asText()).isEqualTo("unknown-run");
    assertThat(error(get("/runs/x"), 404).path("code").asText()).isEqualTo("unknown-run");
    HttpResponse<String> wrong = send(request("/runs").DELETE());
    assertThat(error(wrong, 405).path("code").asText()).isEqualTo("wrong-method");
    assertThat(wrong.headers().firstValue("Allow")).contains("GET, POST");
  }

  @Test
  void theDescriptionHasTheRoutesAndNoOthers() {
    JsonNode description = json(get("/openapi.json").body());
    Set<String> described = new TreeSet<>();
    description
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation -> {
                          if (!operation.getKey().equals("parameters")) {
                            described.add(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT)
                                    + " "
                                    + path.getKey());
                          }
                        }));
    Set<String> routes = new TreeSet<>();
    gateway.routes().forEach(route -> routes.add(route.method() + " " + route.path()));
    assertThat(described).isEqualTo(routes);
    gateway
        .routes()
        .forEach(
            route ->
                assertThat(
                        description
                            .path("paths")
                            .path(route.path())
                            .path(route.method().toLowerCase(java.util.Locale.ROOT))
                            .has("security"))
                    .as("%s needs no token", route.path())
                    .isEqualTo(route.open()));
  }

  @Test
  void manyRunsAtOnceKeepTheirNamesApart() {
    List<CompletableFuture<HttpResponse<String>>> runs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      runs.add(
          client.sendAsync(
              request("/runs?results=values")
                  .POST(
                      BodyPublishers.ofString(
                          """
                          {"fill": "t", "dtype": "UINT8", "shape": [1], "values": [%d]}
                          {"kernel": "double", "args": [{"in": "t"}, {"out": "u", "dtype": "UINT8", "shape": [1]}], "yields": ["u"]}
                          """
                              .formatted(i)))
                  .build(),
              BodyHandlers.ofString()));
    }
    for (int i = 0; i < 8; i++) {
      assertThat(runs.get(i).join().body()).contains("\"values\":[" + 2 * i + "]");
    }
  }
}
