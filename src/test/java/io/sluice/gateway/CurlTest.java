package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What `curl` sees, and what becomes of one that is killed.
class CurlTest extends GatewayFixture {

  @BeforeEach
  void thereIsCurl() {
    boolean there;
    try {
      there = new ProcessBuilder("curl", "--version").start().waitFor() == 0;
    } catch (IOException | InterruptedException e) {
      there = false;
    }
    assumeTrue(there, "skipped: there is no curl; install the package curl");
  }

  @Test
  void itRunsAFileOfTasks() throws Exception {
    Process curl =
        curl("--data-binary", "{\"kernel\": \"look\"}\nnonsense\n", uri("/runs").toString());
    try (BufferedReader outcomes = curl.inputReader(StandardCharsets.UTF_8)) {
      assertThat(json(outcomes.readLine()).path("line").asInt()).isEqualTo(1);
      assertThat(json(outcomes.readLine()).at("/error/line").asInt()).isEqualTo(2);
      assertThat(outcomes.readLine()).as("the end").isNull();
    }
    assertThat(curl.waitFor()).isZero();
  }

  @Test
  void aScriptOfItGetsWhatItExpects() throws Exception {
    Process script =
        new ProcessBuilder(
                "bash", "src/test/resources/io/sluice/gateway/by-curl.sh", uri("").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(script.waitFor()).as(said).isZero();
    assertThat(said).contains(" right, 0 wrong");
  }

  @Test
  void oneThatIsKilledGivesAllBack() throws IOException {
    Process curl = curl("-N", "-X", "POST", "-T", ".", uri("/runs").toString());
    write(
        curl.getOutputStream(),
        """
        {"kernel": "wait", "args": [{"out": "t", "dtype": "UINT8", "shape": [60000]}], "yields": ["t"]}
        """);
    Await.until("the kernel", () -> sluice.figures().runningCount() == 1);
    assertThat(sluice.figures().heapUsedBytes()).isPositive();
    assertThat(curl.destroyForcibly()).isNotNull();
    awaitConnections(0);
    TestKernels.open();
    awaitIdle();
  }

  @Test
  void aStatusIsAnExitCode() throws Exception {
    Process curl =
        curl("-f", "--data-binary", "{\"kernel\": \"nothing\"}", uri("/runs").toString());
    assertThat(curl.waitFor()).isEqualTo(22);
  }

  private static Process curl(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("curl", "-s", "--max-time", "60"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
