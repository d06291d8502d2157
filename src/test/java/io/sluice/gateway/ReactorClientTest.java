package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import io.sluice.Await;
import io.sluice.config.DataSize;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;
import reactor.test.StepVerifier;

/// The gateway as Reactor Netty's client sees it, which has demand of its own on both sides.
class ReactorClientTest extends GatewayFixture {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final long MUCH = 64 << 20;
  private static final long BUFFERS = 16 << 20;

  private static final String HOLDS =
      """
      {"kernel": "wait", "args": [{"out": "t", "dtype": "UINT8", "shape": [60000]}], "last": ["t"]}
      """;

  private static final String PADDED =
      " ".repeat(60_000)
          + """
          {"kernel": "look", "args": [{"out": "t", "dtype": "UINT8", "shape": [60000]}], "last": ["t"]}
          """;

  private static final String YIELDS =
      """
      {"scope": "begin"}
      {"kernel": "look", "args": [{"out": "t", "dtype": "UINT8", "shape": [30000]}], "yields": ["t"]}
      {"scope": "end"}
      """;

  /// What came back.
  private record Answer(int status, String body) {
    JsonNode error() {
      assertThat(body).doesNotContain("\tat ", ".java:", "io.sluice");
      return json(body).path("error");
    }
  }

  private HttpClient http() {
    return HttpClient.newConnection()
        .host("127.0.0.1")
        .port(gateway.address().getPort())
        .responseTimeout(BOUND);
  }

  private static Answer answer(HttpClient http, HttpMethod method, String path, String body) {
    return Objects.requireNonNull(
        http.request(method)
            .uri(path)
            .send(Mono.just(bytes(body)))
            .responseSingle(
                (response, content) ->
                    content
                        .asString()
                        .defaultIfEmpty("")
                        .map(text -> new Answer(response.status().code(), text)))
            .block(BOUND));
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  /// The response's pieces as text, as they are asked for.
  private Flux<String> stream(String path, Publisher<ByteBuf> body) {
    return http().post().uri(path).send(body).response((response, content) -> content.asString());
  }

  @Test
  void aFullHeapLeavesTheClientsPublisherWithoutDemand() {
    AtomicLong sentBytes = new AtomicLong();
    Sinks.Empty<Void> enough = Sinks.empty();
    Flux<ByteBuf> body =
        Flux.concat(Flux.just(HOLDS, HOLDS), Flux.just(PADDED).repeat(MUCH / PADDED.length()))
            .takeUntilOther(enough.asMono())
            .doOnNext(text -> sentBytes.addAndGet(text.length()))
            .map(ReactorClientTest::bytes);
    Disposable run = stream("/runs?results=none", body).subscribe(text -> {}, error -> {});
    Await.until("a full heap", () -> sluice.figures().admittedCount() == 2);
    assertThat(whenQuiet(sentBytes))
        .as("bytes that fit between a publisher and a heap that is full")
        .isLessThan(BUFFERS);
    assertThat(sluice.figures().admittedCount()).isEqualTo(2);
    TestKernels.open();
    Await.until("more tasks", () -> sluice.figures().admittedCount() > 300);
    run.dispose();
    assertThat(enough.tryEmitEmpty().isSuccess()).isTrue();
    awaitConnections(0);
    awaitIdle();
  }

  /// Asks for something else until the count has stood still for a while of that.
  private long whenQuiet(AtomicLong count) {
    long before;
    do {
      before = count.get();
      for (int i = 0; i < 50; i++) {
        assertThat(answer(http(), HttpMethod.GET, "/health", "").status()).isEqualTo(200);
      }
    } while (count.get() != before);
    return before;
  }

  @Test
  void aSubscriberWithoutDemandStopsItsOwnRunAndNobodyElses() {
    Flux<ByteBuf> body = Flux.just(YIELDS).repeat(5_000).map(ReactorClientTest::bytes);
    StepVerifier.create(stream("/runs", body), 1)
        .expectNextMatches(text -> text.contains("completed"))
        .then(
            () -> {
              Answer other =
                  answer(http(), HttpMethod.POST, "/runs?results=none", YIELDS.repeat(300));
              assertThat(other.body().lines()).hasSize(300);
              Answer lazy = answer(http(), HttpMethod.GET, "/runs/1", "");
              assertThat(json(lazy.body()).path("state").asText()).isEqualTo("open");
              assertThat(sluice.figures().heapUsedBytes()).isLessThanOrEqualTo((1L << 20) / 8);
            })
        .thenRequest(10)
        .expectNextCount(10)
        .thenCancel()
        .verify(BOUND);
    awaitConnections(0);
    awaitIdle();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/runs", "/tensors/t?dtype=UINT8&shape=2000000"})
  void anUploadThatIsAbortedLeavesNothing(String path) {
    Flux<ByteBuf> body =
        Flux.just(path.equals("/runs") ? HOLDS : "x".repeat(100_000))
            .map(ReactorClientTest::bytes)
            .concatWith(Flux.never());
    HttpMethod method = path.equals("/runs") ? HttpMethod.POST : HttpMethod.PUT;
    Disposable upload =
        http()
            .request(method)
            .uri(path)
            .send((request, outbound) -> outbound.send(body, buffer -> true))
            .response((response, content) -> content.asString())
            .subscribe(text -> {}, error -> {});
    if (path.equals("/runs")) {
      Await.until("the kernel", () -> sluice.figures().runningCount() == 1);
    } else {
      awaitConnections(1);
    }
    upload.dispose();
    awaitConnections(0);
    TestKernels.open();
    awaitIdle();
    assertThat(json(get("/tensors").body()).path("tensors")).isEmpty();
  }

  static Object[][] malformed() {
    return new Object[][] {
      {"{\"kernel\": \"look\"", "a line must be one JSON object"},
      {"[]", "a line must be a JSON object"},
      {"{}", "a line must have one of kernel, fill, alloc, scope"},
      {"{\"kernel\": \"rm -rf\"}", "kernel must be a name of the library"},
      {"{\"kernel\": \"look\", \"colour\": 1}", "the fields of this object must be among"},
      {"{\"kernel\": \"look\", \"kernel\": \"look\"}", "a line must be one JSON object"},
      {
        "{\"kernel\": \"look\", \"scalars\": [1e4000]}",
        "scalars must be numbers of at most 64 bits"
      },
      {"{\"kernel\": \"look\", \"after\": [\"nobody\"]}", "after must name ids"},
      {"{\"alloc\": \"t\", \"dtype\": \"UINT8\", \"shape\": [-1]}", "must"},
      {
        "{\"alloc\": \"t\", \"dtype\": \"INT64\", \"shape\": [9223372036854775807]}",
        "a task must keep the rules"
      },
      {
        "{\"kernel\": \"look\", \"name\": \"%s\"}".formatted("x".repeat(257)),
        "name must have at most 256 characters, was 257"
      },
      {
        "{\"kernel\": \"look\", \"id\": \"%s\"}".formatted("x".repeat(257)),
        "id must have at most 256 characters"
      },
      {
        "{\"alloc\": \"%s\", \"dtype\": \"UINT8\", \"shape\": [1]}".formatted("x".repeat(257)),
        "alloc must have at most 256 characters"
      },
      {"{\"scope\": \"end\"}", "a scope must have begun before it ends"},
      {"\u0000\u0001\u0002", "a line must be one JSON object"},
    };
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void aMalformedLineHasAStatusItsNumberAndItsRule(String line, String rule) {
    Answer answer = answer(http(), HttpMethod.POST, "/runs", "\n" + line + "\n");
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error().path("code").asText()).isEqualTo("bad-line");
    assertThat(answer.error().path("line").asInt()).isEqualTo(2);
    assertThat(answer.error().path("message").asText()).contains(rule);
    awaitIdle();
  }

  @RepeatedTest(10)
  void anErrorBehindTheFirstOutcomeIsTheLastLineAndTheEnd() {
    Answer answer =
        answer(
            http(),
            HttpMethod.POST,
            "/runs",
            "{\"kernel\": \"look\"}\n{\"kernel\": \"look\"}\n?\n");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().lines()).hasSize(3);
    assertThat(json(answer.body().lines().toList().getLast()).at("/error/line").asInt())
        .isEqualTo(3);
    awaitConnections(0);
  }

  @Test
  void whatIsTooLongHasAStatusAndSaysWhichLimit() {
    restart(
        options ->
            options.limits(
                limits -> limits.line(DataSize.kibibytes(2)).body(DataSize.kibibytes(4))));
    Answer line = answer(http(), HttpMethod.POST, "/runs", "x".repeat(3_000));
    assertThat(line.status()).isEqualTo(400);
    assertThat(line.error().path("message").asText()).contains("at most 2,048 bytes");
    Answer body = answer(http(), HttpMethod.POST, "/runs", "\n".repeat(5_000));
    assertThat(body.status()).isEqualTo(413);
    assertThat(body.error().path("message").asText()).contains("at most 4,096 bytes");
    Answer tensor = answer(http(), HttpMethod.PUT, "/tensors/t?dtype=UINT8&shape=3", "four");
    assertThat(tensor.status()).isEqualTo(400);
    assertThat(tensor.error().path("code").asText()).isEqualTo("wrong-length");
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Bearer no, 401, wrong-token",
    "X-Nothing, at all, 401, wrong-token",
    "Origin, http://evil.example, 403, wrong-origin",
    "Host, evil.example, 421, wrong-host"
  })
  void whoMayNotComeInIsToldWhy(String header, String value, int status, String code) {
    restart(options -> options.token(TOKEN));
    HttpClient http = http().headers(headers -> headers.set(header, value));
    Answer answer = answer(http, HttpMethod.GET, "/runs", "");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.error().path("code").asText()).isEqualTo(code);
    HttpClient known = http().headers(headers -> headers.set("Authorization", "Bearer " + TOKEN));
    assertThat(answer(known, HttpMethod.GET, "/runs", "").status()).isEqualTo(200);
  }
}
