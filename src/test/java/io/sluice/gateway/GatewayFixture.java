package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Await;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A runtime and its gateway on the loopback; behind each test the heap is back to zero.
abstract class GatewayFixture {
  static final Duration BOUND = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(BOUND).build();
  Sluice sluice;
  Gateway gateway;

  @BeforeEach
  void startAll() {
    TestKernels.shut();
    sluice = runtime(1);
    gateway = start(options -> options);
  }

  static Sluice runtime(int heapMebibytes) {
    return Sluice.builder()
        .heap(DataSize.mebibytes(heapMebibytes))
        .threads("cpu", 2)
        .loaders(1)
        .allocationTimeout(Duration.ofSeconds(60))
        .build();
  }

  Gateway start(UnaryOperator<GatewayOptions> change) {
    return Gateway.start(sluice, change.apply(GatewayOptions.of(TestKernels.class))).block(BOUND);
  }

  /// In place of the one that there is.
  void restart(UnaryOperator<GatewayOptions> change) {
    gateway.dispose();
    gateway = start(change);
  }

  @AfterEach
  void theHeapIsBackToZero() {
    TestKernels.open();
    gateway.dispose();
    assertThat(sluice.drain().block(BOUND)).isNotNull();
    assertThat(sluice.figures().heapUsedBytes()).isZero();
    sluice.close();
    client.close();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.address().getPort() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(BOUND);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("no answer", e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  HttpResponse<String> post(String path, String body) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /// Runs lines, and returns those of the outcomes, in any order.
  List<JsonNode> run(String lines) {
    HttpResponse<String> response = post("/runs?results=values", lines);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body().lines().map(GatewayFixture::json).toList();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  /// The field `error` of a refusal with this status.
  static JsonNode error(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = json(response.body()).get("error");
    assertThat(response.body()).doesNotContain("\tat ", "at io.sluice", ".java:");
    return Objects.requireNonNull(error);
  }

  void awaitIdle() {
    Await.until(
        "an empty heap",
        () -> sluice.figures().heapUsedBytes() == 0 && sluice.figures().runningCount() == 0);
  }

  void awaitConnections(int count) {
    Await.until(count + " connections", () -> gateway.connectionCount() == count);
  }
}
