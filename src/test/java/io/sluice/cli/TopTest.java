package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `top` makes of a gateway's snapshot.
class TopTest {
  private static final String SNAPSHOT =
      """
      {"sequence": 17, "epoch": 2,
       "heap": {"policy": "FIRST_FIT", "capacityBytes": 4194304, "usedBytes": 2097152, "peakBytes": 4194304,
                "slabCount": 7},
       "demand": {"requestedCount": 1200, "admittedCount": 104, "waitingCount": 2, "undecidedCount": 9,
                  "undeliveredCount": 1, "outstandingCount": 16},
       "runs": [{"run": 1, "name": "http-1", "admittedCount": 104, "waitingCount": 2, "heapBytes": 2097152}],
       "workers": [{"pool": "cpu", "worker": 0, "current": {"task": "0:17", "name": "infer", "run": 1}},
                   {"pool": "cpu", "worker": 1, "current": null}],
       "throughput": {"admittedPerSecond": 820.0, "completedPerSecond": 812.0, "failedPerSecond": 0.0,
                      "latencyMs": {"p50": 0.4, "p95": 1.2, "max": 3.0}},
       "failures": [{"name": "infer", "message": "no"}],
       "why": {"reason": "HEAP_FULL", "sentence": "HEAP_FULL: the heap is full"}}
      """;

  private HttpServer server;
  private final AtomicReference<String> authorization = new AtomicReference<>();
  private volatile CountDownLatch stalls = new CountDownLatch(0);
  private int status = 200;
  private String snapshot = SNAPSHOT;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/dashboard/snapshot",
        exchange -> {
          authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body = snapshot.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          awaitEndOfStall();
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  private void awaitEndOfStall() {
    try {
      stalls.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url() {
    return "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  @Test
  void aSnapshotIsAScreen() {
    Cli top = Cli.call("top", url(), "--once", "--token", "0123456789abcdef");
    assertThat(top.code()).as(top.err()).isZero();
    assertThat(authorization.get()).isEqualTo("Bearer 0123456789abcdef");
    assertThat(top.out().lines())
        .containsExactly(
            "sluice  " + url() + ", epoch 2",
            "heap    [############------------]  2.0 of 4.0 MiB, peak 4.0 MiB, 7 slabs",
            "demand  1,200 asked for, 104 admitted, 2 wait for bytes, 9 not decided, 1 not"
                + " delivered",
            "rates   820 admitted/s, 812 completed/s, 0 failed/s; latency p50 0.4 ms, p95 1.2 ms",
            "why     HEAP_FULL: the heap is full",
            "worker  cpu-0  infer (0:17)",
            "worker  cpu-1  idle",
            "run     1 http-1  104 admitted, 2 wait, 2.0 MiB",
            "failed  infer: no");
  }

  @Test
  void programsGetItAsItIs() {
    Cli top = Cli.call("top", url(), "--once", "--json");
    assertThat(top.out().strip()).isEqualTo(SNAPSHOT.strip());
    assertThat(authorization.get()).isNull();
  }

  @Test
  void aGatewayThatRefusesIsNotedWithARemedy() {
    status = 401;
    Cli top = Cli.call("top", url(), "--once");
    assertThat(top.code()).isEqualTo(1);
    assertThat(top.err()).contains("answered 401; give its token by --token");
  }

  @Test
  void namesCantSteerTheTerminal() {
    snapshot =
        SNAPSHOT
            .replace("\"name\": \"infer\", \"run\"", "\"name\": \"a\\u001b[2Jb\\u009bc\", \"run\"")
            .replace("\"message\": \"no\"", "\"message\": \"no\\nwhy all is well\"");
    Cli top = Cli.call("top", url(), "--once");
    assertThat(top.out()).contains("cpu-0  a?[2Jb?c (0:17)").contains("no?why all").hasLineCount(9);
  }

  @Test
  @Timeout(60)
  void anAnswerThatStallsIsGivenUp() {
    CountDownLatch end = new CountDownLatch(1);
    stalls = end;
    try (GatewayClient client = GatewayClient.of(url(), null, Duration.ofMillis(200))) {
      assertThatThrownBy(client::look)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(url() + " did not answer within 200 ms");
    } finally {
      end.countDown();
    }
  }

  @Test
  @Timeout(60)
  void aServerOfAnotherProtocolIsNamed() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> hangUp(other));
      Cli top = Cli.call("top", "http://127.0.0.1:" + other.getLocalPort(), "--once");
      assertThat(top.code()).isEqualTo(1);
      assertThat(top.err())
          .contains("can't talk to http://127.0.0.1:" + other.getLocalPort())
          .contains("http or https?");
    }
  }

  /// Nothing is read: what was sent is answered by a reset, or the end.
  private static void hangUp(ServerSocket server) {
    try {
      while (true) {
        server.accept().close();
      }
    } catch (IOException closed) {
      // the test has ended
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>welcome</html>", "[]", ""})
  void anotherServersAnswerIsNotShown(String answer) {
    snapshot = answer;
    Cli json = Cli.call("top", url(), "--once", "--json");
    assertThat(json.code()).isEqualTo(1);
    assertThat(json.out()).isEmpty();
    Cli top = Cli.call("top", url(), "--once");
    assertThat(top.code()).isEqualTo(1);
    assertThat(top.out()).isEmpty();
    assertThat(top.err())
        .contains("what " + url() + " answered is no snapshot; is it a gateway of Sluice's?")
        .hasLineCount(1);
  }
}
