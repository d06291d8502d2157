package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of an outcome that is being written when its run is cancelled.
class CancelledRunTest extends GatewayFixture {
  /// More than sockets hold.
  private static final int LONG_BYTES = 14_000_000;

  @Test
  void itIsWrittenToItsEndAndTheErrorComesBehind() throws IOException {
    try (InputStream outcomes = beginToRead()) {
      assertThat(send(request("/runs/1").DELETE()).statusCode()).isEqualTo(202);
      List<String> lines =
          new String(outcomes.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(lines).hasSize(2);
      assertThat(json("{" + lines.getFirst()).at("/tensors/0/base64").asText())
          .hasSize(Math.ceilDiv(LONG_BYTES, 3) * 4);
      assertThat(json(lines.getLast()).at("/error/code").asText()).isEqualTo("cancelled");
    }
    awaitIdle();
  }

  @Test
  void oneThatNobodyReadsIsCutOff() throws IOException {
    restart(options -> options.limits(limits -> limits.runs(1).firstByte(Duration.ofSeconds(2))));
    try (InputStream outcomes = beginToRead()) {
      assertThat(sluice.figures().heapUsedBytes()).isPositive();
      assertThat(send(request("/runs/1").DELETE()).statusCode()).isEqualTo(202);
      awaitIdle();
      assertThat(json(get("/runs/1").body()).path("state").asText()).isEqualTo("cancelled");
      assertThatThrownBy(outcomes::readAllBytes).isInstanceOf(IOException.class);
    }
  }

  @BeforeEach
  void makeRoom() {
    gateway.dispose();
    sluice.close();
    sluice = runtime(32);
    gateway = start(options -> options.limits(limits -> limits.runs(1)));
  }

  /// The first byte of its outcome has been read.
  private InputStream beginToRead() {
    try {
      InputStream outcomes =
          client
              .send(
                  request("/runs")
                      .POST(
                          BodyPublishers.ofString(
                              """
                              {"kernel": "look", "args": [{"out": "t", "dtype": "UINT8", "shape": [%d]}], "yields": ["t"]}
                              """
                                  .formatted(LONG_BYTES)))
                      .build(),
                  BodyHandlers.ofInputStream())
              .body();
      assertThat(outcomes.read()).isEqualTo('{');
      return outcomes;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("no answer", e);
    }
  }
}
