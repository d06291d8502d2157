package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Await;
import io.sluice.config.DataSize;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Back-pressure, slow clients and clients that go away, in bytes on the socket; behind each the heap is
/// back to zero.
class SocketTest extends GatewayFixture {
  private static final long MUCH = 64 << 20;
  private static final long BUFFERS = 16 << 20;

  /// Half of what a run may have, so that the third of them waits.
  private static final String HOLDS =
      """
      {"kernel": "wait", "args": [{"out": "t", "dtype": "UINT8", "shape": [60000]}], "last": ["t"]}
      """;

  private static final String PADDED =
      " ".repeat(4_000)
          + """
          {"kernel": "look", "args": [{"out": "t", "dtype": "UINT8", "shape": [60000]}], "last": ["t"]}
          """;

  private static final String LARGE_RESULT =
      """
      {"scope": "begin"}
      {"kernel": "look", "args": [{"out": "t", "dtype": "UINT8", "shape": [30000]}], "yields": ["t"]}
      {"scope": "end"}
      """;

  /// How a client goes away.
  enum Leaving {
    CLOSE {
      @Override
      void leave(RawClient client) {
        client.close();
      }
    },
    RESET {
      @Override
      void leave(RawClient client) {
        client.reset();
      }
    },
    HALF_CLOSE {
      @Override
      void leave(RawClient client) {
        client.endOfSending();
      }
    };

    abstract void leave(RawClient client);
  }

  @Test
  void aFullHeapStopsTheSenderAndFreeBytesLetItGoOn() {
    try (RawClient client = new RawClient(gateway)) {
      client.begin("POST", "/runs");
      client.chunk(HOLDS);
      client.chunk(HOLDS);
      assertThat(client.sendUntilStopped(PADDED, MUCH))
          .as("bytes that fit between a client that sends and a heap that is full")
          .isLessThan(BUFFERS);
      assertThat(sluice.figures().admittedCount()).isEqualTo(2);
      TestKernels.open();
      for (int i = 0; i < 200; i++) {
        client.chunk(PADDED);
      }
      Await.until("more tasks", () -> sluice.figures().admittedCount() > 200);
    }
    awaitConnections(0);
    awaitIdle();
  }

  @Test
  void outcomesComeWhileTasksAreStillSent() {
    try (RawClient client = new RawClient(gateway)) {
      client.begin("POST", "/runs");
      for (int line = 1; line <= 3; line++) {
        client.chunk("{\"kernel\": \"look\"}\n");
        assertThat(client.readUntil("\"line\":" + line + ",")).contains("\"completed\":\"look\"");
      }
      client.endBody();
      assertThat(client.readToEnd()).contains("0\r\n\r\n");
    }
    awaitConnections(0);
  }

  @Test
  void aClientThatDoesNotReadStopsItsOwnRunAndNobodyElses() {
    try (RawClient lazy = new RawClient(gateway)) {
      lazy.begin("POST", "/runs");
      assertThat(lazy.sendUntilStopped(LARGE_RESULT.repeat(20), MUCH))
          .as("bytes that a client can send which doesn't read")
          .isLessThan(BUFFERS);
      HttpResponse<String> other = post("/runs?results=none", LARGE_RESULT.repeat(500));
      assertThat(other.statusCode()).isEqualTo(200);
      assertThat(other.body().lines()).hasSize(500);
      assertThat(sluice.figures().heapUsedBytes())
          .as("bytes that the lazy one holds")
          .isBetween(1L, (1L << 20) / 8);
      assertThat(lazy.readUntil("\"line\":62,")).contains("\"completed\":\"look\"");
    }
    awaitConnections(0);
    awaitIdle();
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatLeavesInTheMiddleOfItsTasksCancelsItsRun(Leaving leaving) {
    try (RawClient client = new RawClient(gateway)) {
      client.begin("POST", "/runs");
      client.chunk(HOLDS + "{\"kernel\": \"look\", \"name\": \"half");
      Await.until("the kernel", () -> sluice.figures().runningCount() == 1);
      leaving.leave(client);
      Await.until(
          "the end of the run",
          () -> !json(get("/runs/1").body()).path("state").asText().equals("open"));
      TestKernels.open();
      awaitIdle();
    }
    assertThat(json(get("/runs/1").body()).path("state").asText()).isIn("cancelled", "failed");
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatLeavesWithResultsUnreadGivesTheirBytesBack(Leaving leaving) {
    try (RawClient client = new RawClient(gateway)) {
      client.begin("POST", "/runs");
      client.sendUntilStopped(LARGE_RESULT.repeat(20), MUCH);
      assertThat(client.readUntil("\"line\":2,")).contains("HTTP/1.1 200 OK");
      leaving.leave(client);
    }
    awaitConnections(0);
    awaitIdle();
  }

  @ParameterizedTest
  @EnumSource
  void aTensorWhoseUploadBreaksOffIsNotThereAndItsRoomIs(Leaving leaving) {
    restart(options -> options.limits(limits -> limits.stored(DataSize.bytes(3_000_000))));
    try (RawClient client = new RawClient(gateway)) {
      client.begin("PUT", "/tensors/t?dtype=UINT8&shape=2000000");
      client.chunk("x".repeat(100_000));
      leaving.leave(client);
      if (leaving == Leaving.HALF_CLOSE) {
        client.readToEnd();
      }
    }
    awaitConnections(0);
    assertThat(json(get("/tensors").body()).path("tensors")).isEmpty();
    Await.until(
        "room",
        () ->
            send(request("/tensors/u?dtype=UINT8&shape=2000000")
                        .PUT(
                            java.net.http.HttpRequest.BodyPublishers.ofByteArray(
                                new byte[2_000_000])))
                    .statusCode()
                == 201);
  }

  @Test
  void aDownloadThatIsNotReadHoldsNothingOfTheHeapAndEndsWithItsClient() {
    assertThat(
            send(request("/tensors/t?dtype=UINT8&shape=30000000")
                    .PUT(
                        java.net.http.HttpRequest.BodyPublishers.ofByteArray(new byte[30_000_000])))
                .statusCode())
        .isEqualTo(201);
    try (RawClient client = new RawClient(gateway)) {
      client.get("/tensors/t");
      assertThat(client.readUntil("Sluice-Shape: 30000000")).contains("200 OK");
      assertThat(sluice.figures().heapUsedBytes()).isZero();
      assertThat(send(request("/tensors/t").DELETE()).statusCode()).as("in use").isEqualTo(409);
      client.reset();
    }
    Await.until("the reader's end", () -> send(request("/tensors/t").DELETE()).statusCode() == 200);
  }

  @Test
  void linesThatAreTooLongAreRefusedBeforeTheyEnd() {
    restart(options -> options.limits(limits -> limits.line(DataSize.kibibytes(4))));
    try (RawClient client = new RawClient(gateway)) {
      client.begin("POST", "/runs");
      client.chunk("x".repeat(5_000));
      assertThat(client.readToEnd())
          .contains("HTTP/1.1 400", "line 1: a line must have at most 4,096 bytes");
    }
  }

  @Test
  void bodiesHeadsAndPathsThatAreTooLongAreRefused() {
    restart(options -> options.limits(limits -> limits.body(DataSize.kibibytes(4))));
    try (RawClient client = new RawClient(gateway)) {
      client.begin("POST", "/runs");
      client.chunk("\n".repeat(5_000));
      assertThat(client.readToEnd()).contains("HTTP/1.1 413", "body-too-long");
    }
    try (RawClient client = new RawClient(gateway)) {
      client.get("/health", "X: " + "x".repeat(40_000));
      assertThat(client.readToEnd()).matches("(?s)HTTP/1.1 4(13|31) .*");
    }
    try (RawClient client = new RawClient(gateway)) {
      client.get("/" + "x".repeat(10_000));
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 414 ");
    }
  }

  @Test
  void whatIsNoHttpIsRefused() {
    for (String text :
        new String[] {
          "nonsense\r\n\r\n",
          "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
          "POST /runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "POST /runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
          "POST /runs?name=%zz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
          "GET /events?after=% HTTP/1.1\r\nHost: localhost\r\n\r\n"
        }) {
      try (RawClient client = new RawClient(gateway)) {
        client.send(text);
        assertThat(client.readToEnd()).as(text).startsWith("HTTP/1.1 4").doesNotContain("\tat ");
      }
    }
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void whoSaysNothingIsCutOff() {
    restart(options -> options.limits(limits -> limits.firstByte(Duration.ofMillis(300))));
    try (RawClient silent = new RawClient(gateway);
        RawClient slow = new RawClient(gateway);
        RawClient bodyless = new RawClient(gateway)) {
      slow.send("GET /health HTTP/1.1\r\nHost:");
      bodyless.begin("POST", "/runs");
      assertThat(silent.readToEnd()).isEmpty();
      assertThat(slow.readToEnd()).isEmpty();
      assertThat(bodyless.readToEnd()).contains("HTTP/1.1 408", "too-slow");
    }
  }

  @Test
  void whoFallsSilentInTheMiddleOfABodyIsToldSo() {
    restart(options -> options.limits(limits -> limits.silence(Duration.ofMillis(300))));
    try (RawClient tensor = new RawClient(gateway);
        RawClient run = new RawClient(gateway)) {
      tensor.begin("PUT", "/tensors/t?dtype=UINT8&shape=2000000");
      tensor.chunk("x".repeat(1_000));
      run.begin("POST", "/runs");
      run.chunk(HOLDS);
      assertThat(tensor.readToEnd()).contains("HTTP/1.1 408", "too-silent");
      TestKernels.open();
      assertThat(run.readToEnd()).contains("too-silent");
    }
    awaitConnections(0);
    assertThat(json(get("/tensors").body()).path("tensors")).isEmpty();
    awaitIdle();
  }

  @Test
  void moreConnectionsThanTheLimitAreClosedAtOnce() {
    restart(options -> options.limits(limits -> limits.connections(2)));
    try (RawClient one = new RawClient(gateway);
        RawClient two = new RawClient(gateway)) {
      one.get("/health");
      assertThat(one.readUntil("up")).contains("200 OK");
      two.get("/health");
      assertThat(two.readUntil("up")).contains("200 OK");
      try (RawClient three = new RawClient(gateway)) {
        assertThat(three.readToEnd()).doesNotContain("HTTP");
      }
    }
    awaitConnections(0);
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void aGatewayThatIsDisposedOfEndsTheRunsOfItsClients() {
    try (RawClient client = new RawClient(gateway)) {
      client.begin("POST", "/runs");
      client.chunk(HOLDS);
      Await.until("the kernel", () -> sluice.figures().runningCount() == 1);
      gateway.dispose();
      assertThat(client.readToEnd()).doesNotContain("200 OK");
    }
    TestKernels.open();
    awaitIdle();
    assertThat(sluice.isDisposed()).isFalse();
  }
}
