package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The commands as processes: exit codes, and which stream says what.
@Timeout(120)
class ProcessesTest {
  private static final String KERNELS = CliKernels.class.getName();

  @TempDir private Path directory;

  private String file(String text) throws Exception {
    return Files.writeString(directory.resolve("tasks.ndjson"), text).toString();
  }

  private static final String TASK =
      "{\"kernel\": \"%s\", \"args\": [{\"in\": \"a\"},"
          + " {\"out\": \"b\", \"dtype\": \"INT32\", \"shape\": [1]}]}\n";
  private static final String FILL =
      "{\"fill\": \"a\", \"dtype\": \"INT32\", \"shape\": [1], \"values\": [1]}\n";

  @Test
  void aRunEndsWithZeroAndItsProcess() throws Exception {
    Cli run = Cli.start("run", file(FILL + TASK.formatted("copy")), "--kernels", KERNELS);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("2 tasks completed, 0 failed");
    assertThat(run.err()).contains("100 %").doesNotContain("\u001b").doesNotContain("WARN");
  }

  @Test
  void aCrashInAWorkerProcessFailsOneTask() throws Exception {
    Cli run =
        Cli.start(
            "run",
            file(FILL + TASK.formatted("exit") + FILL.replace("\"a\"", "\"c\"")),
            "--kernels",
            KERNELS,
            "--processes",
            "--workers",
            "1",
            "--json");
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).contains("\"completed\":2,\"failed\":1");
  }

  @Test
  void traceAndGraphLeaveTheirFiles() throws Exception {
    String trace = directory.resolve("trace.json").toString();
    Cli traced =
        Cli.start("trace", file(FILL + TASK.formatted("copy")), "--kernels", KERNELS, "-o", trace);
    assertThat(traced.code()).as(traced.err()).isZero();
    Cli graph = Cli.start("graph", trace);
    assertThat(graph.code()).as(graph.err()).isZero();
    assertThat(graph.out()).startsWith("digraph run {").endsWith("}\n");
  }

  @Test
  void theDoctorFindsThatAllWorks() throws Exception {
    Cli doctor = Cli.start("doctor", "--json");
    assertThat(doctor.code()).as(doctor.out() + doctor.err()).isZero();
    assertThat(new ObjectMapper().readTree(doctor.out())).hasSize(7);
    assertThat(doctor.out()).contains("\"worker process\",\"level\":\"OK\"");
  }

  @Test
  void aBadCommandEndsWithTwo() throws Exception {
    Cli wrong = Cli.start("run", "--kernels", KERNELS);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.out()).isEmpty();
    assertThat(wrong.err()).contains("Missing required parameter").contains("Usage: sluice run");
  }
}
