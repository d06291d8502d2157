package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.config.HeapPolicy;
import io.sluice.examples.mnist.DigitKernels;
import io.sluice.examples.mnist.TrainedDigits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/// Takes the pictures of `examples/gateway/README.md` from a run of the digits that it streams.
///
/// `mvn test -Dtest=DashboardPicturesTest -Dsluice.pictures=examples/gateway/pictures`
@EnabledIfSystemProperty(named = "sluice.pictures", matches = ".+")
class DashboardPicturesTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Path PICTURES = Path.of(System.getProperty("sluice.pictures", "target"));
  private static final int READ_AT_ONCE = 60;
  private static final int ROUNDS = 300;

  private final HttpClient client = HttpClient.newHttpClient();
  private final TrainedDigits digits = TrainedDigits.train(Path.of("examples/mnist/data"));

  DashboardPicturesTest() throws IOException {}

  @Test
  void takeThem() throws Exception {
    try (Browser browser = Browser.start().orElseThrow()) {
      show(browser, HeapPolicy.FIRST_FIT);
      show(browser, HeapPolicy.RING);
    }
  }

  private void show(Browser browser, HeapPolicy policy) throws Exception {
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.kibibytes(256))
            .heapPolicy(policy)
            .threads("cpu", 2)
            .allocationTimeout(Duration.ofMinutes(5))
            .build()) {
      GatewayOptions options =
          GatewayOptions.of(DigitKernels.class).limits(limits -> limits.runs(2));
      Gateway gateway = Gateway.start(sluice, options).blockOptional(BOUND).orElseThrow();
      try {
        new Scene(browser, "http://127.0.0.1:" + gateway.address().getPort()).play(policy);
      } finally {
        gateway.dispose();
      }
    }
  }

  /// Reads as much as it is told to.
  private static final class Reader extends BaseSubscriber<String> {
    private final AtomicInteger missing = new AtomicInteger();

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      missing.set(READ_AT_ONCE);
      request(READ_AT_ONCE);
    }

    @Override
    protected void hookOnNext(String outcome) {
      missing.decrementAndGet();
    }

    void read() {
      missing.addAndGet(READ_AT_ONCE);
      request(READ_AT_ONCE);
    }

    boolean isSatisfied() {
      return missing.get() <= 0;
    }
  }

  /// One gateway, and a client that streams digits to it and reads what becomes of them for a while.
  private final class Scene {
    private final Browser browser;
    private final String address;

    Scene(Browser browser, String address) {
      this.browser = browser;
      this.address = address;
    }

    void play(HeapPolicy policy) throws Exception {
      put("hidden", "785,128", digits.hiddenWeights());
      put("output", "129,10", digits.outputWeights());
      browser.look(1280, 900, policy == HeapPolicy.RING ? "dark" : "light");
      browser.open(URI.create(address + "/dashboard/"));
      browser.awaitText("link", "live");
      Reader reader = outcomes().subscribeWith(new Reader());
      for (int round = 0; round < ROUNDS; round++) {
        reader.read();
        browser.await("reads", reader::isSatisfied);
      }
      if (policy == HeapPolicy.RING) {
        browser.shoot(PICTURES.resolve("ring.png"), 530);
      } else {
        browser.shoot(PICTURES.resolve("moving.png"));
        stallAndFail();
      }
      reader.cancel();
      browser.leave();
    }

    private void stallAndFail() throws Exception {
      browser.awaitText("verdict-title", "Stalled");
      browser.shoot(PICTURES.resolve("stalled.png"), 720);
      assertThat(
              send(
                  "POST",
                  "/runs",
                  "{\"kernel\": \"infer\", \"name\": \"what\"}".getBytes(StandardCharsets.UTF_8)))
          .contains("failed");
      browser.awaitText("failures-list", "what");
      browser.look(390, 844, "dark");
      browser.elements("#failures-list summary").getFirst().click();
      browser.awaitText("verdict-title", "Stalled");
      browser.shoot(PICTURES.resolve("phone.png"));
    }

    private void put(String name, String shape, byte[] bytes) throws Exception {
      assertThat(send("PUT", "/tensors/%s?dtype=FLOAT32&shape=%s".formatted(name, shape), bytes))
          .contains(name);
    }

    private String send(String method, String path, byte[] body) throws Exception {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address + path))
              .timeout(BOUND)
              .method(method, BodyPublishers.ofByteArray(body))
              .build();
      return client.send(request, BodyHandlers.ofString()).body();
    }

    /// Outcomes come as they are asked for.
    private Flux<String> outcomes() {
      Flux<ByteBuf> lines =
          Flux.range(0, Integer.MAX_VALUE)
              .map(digit -> Unpooled.wrappedBuffer(lines(digit % digits.count())));
      return reactor.netty.http.client.HttpClient.newConnection()
          .post()
          .uri(address + "/runs?name=digits&results=values")
          .send(lines)
          .response((response, content) -> content.asString());
    }

    private byte[] lines(int digit) {
      return """
      {"scope": "begin"}
      {"fill": "image", "dtype": "UINT8", "shape": [1, 784], "base64": "%s"}
      {"kernel": "infer", "name": "digit %d", "args": [{"in": "image"}, {"in": "/hidden"}, {"in": "/output"}, {"out": "shows", "dtype": "UINT8", "shape": [1]}], "yields": ["shows"]}
      {"scope": "end"}
      """
          .formatted(Base64.getEncoder().encodeToString(digits.image(digit)), digit)
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
