package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A gateway as a process.
@Timeout(120)
class ServeTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  private Process process;
  private URI url;

  @BeforeEach
  void serve() throws Exception {
    process =
        Cli.command("serve", "--kernels", CliKernels.class.getName(), "--port", "0", "--json")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    url = URI.create(new ObjectMapper().readTree(line).get("url").asText());
  }

  @AfterEach
  void kill() {
    process.destroyForcibly();
  }

  @Test
  void itRunsTasksShowsItselfAndEndsWithASignal() throws Exception {
    String task = "{\"fill\": \"a\", \"dtype\": \"INT32\", \"shape\": [1], \"values\": [1]}\n";
    HttpRequest run =
        HttpRequest.newBuilder(url.resolve("/runs"))
            .timeout(BOUND)
            .header("Content-Type", "application/x-ndjson")
            .POST(BodyPublishers.ofString(task))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(run, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("\"completed\"");
      assertMeters(client);
    }
    Cli top = Cli.start("top", url.toString(), "--once");
    assertThat(top.code()).as(top.err()).isZero();
    assertThat(top.out()).contains("heap    [", "rates   ", "why     NOTHING_WAITS: ");
    process.destroy();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it has ended").isTrue();
  }

  private void assertMeters(HttpClient client) throws Exception {
    HttpRequest metrics = HttpRequest.newBuilder(url.resolve("/metrics")).timeout(BOUND).build();
    String text = client.send(metrics, BodyHandlers.ofString()).body();
    assertThat(text)
        .contains("sluice_tasks_total{kernel=\"a\",state=\"admitted\"} 1.0\n")
        .contains("sluice_task_run_seconds_count{kernel=\"a\"}")
        .contains("# HELP sluice_heap_capacity_bytes All bytes of the heap\n")
        .contains("sluice_heap_capacity_bytes 2.68435456E8\n");
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    Cli second =
        Cli.call(
            "serve",
            "--kernels",
            CliKernels.class.getName(),
            "--port",
            Integer.toString(url.getPort()));
    assertThat(second.code()).isEqualTo(1);
    assertThat(second.err())
        .contains("can't listen on port " + url.getPort())
        .contains("take another by --port");
  }
}
