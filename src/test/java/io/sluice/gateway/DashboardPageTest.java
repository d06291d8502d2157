package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.Await;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.config.HeapPolicy;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/// The dashboard in a browser. Pictures of what it showed are left in `target/screenshots`.
class DashboardPageTest extends GatewayFixture {
  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final String SKIPPED =
      "skipped, the dashboard is not looked at: there is no browser; install the packages chromium"
          + " and chromium-driver";

  private static Browser browser;

  @BeforeAll
  static void startBrowser() {
    var found = Browser.start();
    if (found.isEmpty()) {
      System.out.println("DashboardPageTest: " + SKIPPED);
    }
    assumeTrue(found.isPresent(), SKIPPED);
    browser = found.get();
  }

  @AfterAll
  static void stopBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void lookFromADesktop() {
    browser.look(1280, 900, "light");
  }

  @AfterEach
  void takeAPicture(TestInfo test) {
    browser.shoot(PICTURES.resolve(test.getTestMethod().orElseThrow().getName() + ".png"));
    browser.leave();
  }

  private void open() {
    browser.open(uri("/dashboard/"));
    browser.awaitText("link", "live");
  }

  @Test
  void itLoadsAndSaysThatNothingIsToBeDone() {
    open();
    browser.awaitText("verdict-title", "Idle");
    assertThat(browser.text("sentence")).contains("No run is open");
    assertThat(browser.text("tile-heap")).contains("0 B of 1 MiB");
    assertThat(browser.elements("#demand-chart canvas")).as("drawn by uPlot").hasSize(1);
    browser.assertNoErrors();
  }

  @Test
  void itIsUpdatedWhileARunGoesOn() {
    open();
    var run =
        post(
            """
            {"fill": "image", "dtype": "UINT8", "shape": [4], "base64": "AQIDBA=="}
            {"kernel": "wait", "name": "blur", "args": [{"in": "image"}, {"out": "soft", "dtype": "UINT8", "shape": [100000]}]}
            {"kernel": "look", "name": "edges", "args": [{"in": "soft"}]}
            """);
    browser.awaitText("verdict-title", "Working");
    browser.awaitText("sentence", "‘blur’ on cpu-");
    browser.awaitText("tile-heap", "99 KiB of 1 MiB");
    browser.awaitText("heap-legend", "running 98 KiB");
    browser.awaitText("runs-list", "http-1");
    browser.awaitText("graph-note", "run 1, 3 tasks");
    assertThat(browser.element("graph-area").getAttribute("aria-label"))
        .contains("1 completed", "1 running", "1 pending");
    assertThat(browser.element("lanes").getAttribute("aria-label")).contains("runs blur");
    browser.shoot(PICTURES.resolve("aRunThatGoesOn.png"));
    TestKernels.open();
    assertThat(run.join().statusCode()).isEqualTo(200);
    browser.awaitText("verdict-title", "Idle");
    browser.awaitText("runs-list", "No run is open");
    browser.awaitText("tile-heap", "0 B of 1 MiB");
    browser.assertNoErrors();
  }

  @Test
  void whatBeganBeforeThePageWasOpenedIsNoIdleness() {
    var run = post("{\"kernel\": \"wait\", \"name\": \"long\"}");
    Await.until("the kernel", () -> sluice.figures().runningCount() == 1);
    open();
    browser.awaitText("verdict-title", "Working");
    browser.awaitText("sentence", "1 task in flight whose start");
    TestKernels.open();
    assertThat(run.join().statusCode()).isEqualTo(200);
    browser.awaitText("verdict-title", "Idle");
    browser.assertNoErrors();
  }

  @Test
  void itShowsWhyNothingMoves() {
    open();
    var run =
        post(
            """
            {"kernel": "wait", "name": "holder", "args": [{"out": "b", "dtype": "UINT8", "shape": [100000]}]}
            {"kernel": "look", "name": "waiter", "args": [{"out": "c", "dtype": "UINT8", "shape": [100000]}]}
            """);
    browser.awaitText("sentence", "of its limit of 131,072.");
    browser.awaitText("hints", "What to change");
    browser.awaitText("verdict-since", "a run is at its limit of bytes, for");
    assertThat(browser.script("document.body.dataset.tone")).isEqualTo("warn");
    assertThat(browser.text("tile-flight")).contains("1 waiting for bytes");
    TestKernels.open();
    assertThat(run.join().statusCode()).isEqualTo(200);
    browser.assertNoErrors();
  }

  @Test
  void itShowsWhatFailedAndWhy() {
    open();
    assertThat(run("{\"kernel\": \"fail\", \"name\": \"bad\"}")).hasSize(1);
    browser.awaitText("failures-list", "no luck");
    browser.elements("#failures-list summary").getFirst().click();
    assertThat(browser.text("failures-list")).contains("bad", "IllegalStateException: no luck");
    assertThat(browser.element("tile-failed").getAttribute("class")).contains("alarm");
    browser.assertNoErrors();
  }

  @Test
  void namesOfTasksAreTextAndNothingElse() {
    open();
    String name = "<img src=x onerror=document.title=1>";
    assertThat(run("{\"kernel\": \"fail\", \"name\": \"%s\"}".formatted(name))).hasSize(1);
    browser.awaitText("failures-list", name);
    browser.awaitText("workers-legend", "<img");
    assertThat(browser.elements("main img")).isEmpty();
    assertThat(browser.script("document.title")).asString().endsWith("Sluice");
    browser.assertNoErrors();
  }

  @Test
  void itAsksForTheTokenAndKeepsItForTheTab() {
    String token = "0123456789abcdef0123456789abcdef";
    restart(options -> options.token(token));
    browser.open(uri("/dashboard/"));
    browser.awaitText("token-dialog", "This gateway wants its token");
    assertThat(browser.focus()).isEqualTo("token");
    browser.typeInto("token", "wrong");
    browser.awaitText("token-text", "That was not it");
    browser.typeInto("token", token);
    browser.awaitText("link", "live");
    open();
    assertThat(browser.script("document.querySelector('dialog[open]') === null"))
        .as("not asked again")
        .isEqualTo(true);
    assertThat(browser.script("localStorage.length")).isEqualTo(0L);
    browser.script("sessionStorage.clear()  || 1");
    browser.assertNoErrors("401");
  }

  @Test
  void itSaysThatTheFeedBrokeAndComesBack() {
    open();
    int port = gateway.address().getPort();
    gateway.dispose();
    browser.awaitText("notice", "The feed broke off");
    assertThat(browser.text("link")).isEqualTo("lost");
    browser.shoot(PICTURES.resolve("theFeedBrokeOff.png"));
    Await.until("the port", () -> startedAt(port));
    browser.awaitText("link", "live");
    assertThat(browser.element("notice").isDisplayed()).isFalse();
    browser.assertNoErrors("ERR_");
  }

  /// The one before may not have let go of it yet.
  private boolean startedAt(int port) {
    try {
      gateway = start(options -> options.port(port));
      return true;
    } catch (RuntimeException inUse) {
      return false;
    }
  }

  @Test
  void theKeyboardLeadsEverywhere() {
    open();
    var run =
        post(
            """
            {"kernel": "wait", "name": "one", "args": [{"out": "a", "dtype": "UINT8", "shape": [20000]}]}
            {"kernel": "wait", "name": "two", "args": [{"out": "b", "dtype": "UINT8", "shape": [30000]}]}
            """);
    browser.awaitText("heap-readout", "2 live slabs");
    browser.type("5");
    assertThat(browser.focus()).isEqualTo("workers");
    browser.type("1");
    assertThat(browser.focus()).isEqualTo("heap");
    browser.type(Keys.TAB);
    assertThat(browser.focus()).isEqualTo("heap-map");
    browser.type(Keys.ARROW_RIGHT);
    browser.awaitText("heap-readout", "one (0:0, run 1)");
    browser.type(Keys.ARROW_RIGHT);
    browser.awaitText("heap-readout", "two (0:1, run 1)");
    browser.type("p");
    browser.awaitText("link", "paused");
    browser.type("p");
    browser.awaitText("link", "live");
    browser.type("?");
    browser.awaitText("keys-dialog", "freeze the picture");
    browser.type(Keys.ESCAPE);
    TestKernels.open();
    assertThat(run.join().statusCode()).isEqualTo(200);
    browser.assertNoErrors();
  }

  @Test
  void aRingIsDrawnAsOne() {
    gateway.dispose();
    sluice.close();
    sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .heapPolicy(HeapPolicy.RING)
            .threads("cpu", 2)
            .loaders(1)
            .allocationTimeout(Duration.ofSeconds(60))
            .build();
    gateway = start(options -> options);
    open();
    var run =
        post(
            """
            {"kernel": "look", "name": "held", "args": [{"out": "a", "dtype": "UINT8", "shape": [40000]}]}
            {"kernel": "wait", "name": "runs", "args": [{"out": "b", "dtype": "UINT8", "shape": [50000]}]}
            {"kernel": "look", "name": "later", "args": [{"in": "b"}, {"out": "c", "dtype": "UINT8", "shape": [20000]}]}
            """);
    browser.awaitText("heap-readout", "3 live slabs");
    assertThat(browser.text("heap-note")).contains("a ring");
    assertThat(browser.element("heap-body").getAttribute("class")).contains("ring");
    browser.shoot(PICTURES.resolve("aRing.png"));
    TestKernels.open();
    assertThat(run.join().statusCode()).isEqualTo(200);
    browser.assertNoErrors();
  }

  @Test
  void aLargeGraphIsShownByName() {
    open();
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
    browser.awaitText("graph-note", "run 1, 1,200 tasks, by name");
    browser.await(
        "all to have completed",
        () ->
            String.valueOf(browser.element("graph-area").getAttribute("aria-label"))
                .contains("1,200 completed"));
    browser.assertNoErrors();
  }

  @ParameterizedTest
  @CsvSource({"390, light", "390, dark", "820, dark", "1280, dark"})
  void nothingSticksOutAtTheSide(int width, String scheme) {
    browser.look(width, 844, scheme);
    open();
    var run =
        post(
            """
            {"kernel": "fail", "name": "a task with a rather long name that goes on and on"}
            {"kernel": "wait", "args": [{"out": "b", "dtype": "UINT8", "shape": [100000]}]}
            """);
    browser.awaitText("heap-readout", "1 live slab");
    browser.awaitText("failures-list", "no luck");
    assertThat(browser.script("document.documentElement.scrollWidth")).isEqualTo((long) width);
    browser.shoot(PICTURES.resolve("at" + width + scheme + ".png"));
    TestKernels.open();
    assertThat(run.join().statusCode()).isEqualTo(200);
    browser.assertNoErrors();
  }

  private CompletableFuture<HttpResponse<String>> post(String lines) {
    return client.sendAsync(
        request("/runs").POST(BodyPublishers.ofString(lines)).build(), BodyHandlers.ofString());
  }
}
