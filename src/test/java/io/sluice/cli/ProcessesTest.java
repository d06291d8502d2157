package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void whatKernelsPrintIsNoneOfTheOutcomes() throws Exception {
    String tasks = file("{\"kernel\": \"print\"}\n");
    Cli run = Cli.start("run", tasks, "--kernels", KERNELS, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines().toList()).hasSize(2).allMatch(line -> line.startsWith("{\""));
    assertThat(run.err()).contains("printed by a kernel");
  }

  @Test
  void memoryThatRunsOutWhereNobodyIsToldEndsTheProcess() throws Exception {
    Cli run = Cli.start("run", file("{\"kernel\": \"exhaust\"}\n"), "--kernels", KERNELS, "--json");
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.err()).contains("the JVM has not enough memory; set the variable JAVA_OPTS");
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
    JsonNode told = new ObjectMapper().readTree(doctor.out());
    assertThat(told.get("works").asBoolean()).isTrue();
    assertThat(told.get("findings")).hasSize(7);
    assertThat(doctor.out()).contains("\"worker process\",\"level\":\"OK\"");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void tasksMayComeThroughAPipe() throws Exception {
    Cli run =
        Cli.start(
            Cli.command("run", "/dev/stdin", "--kernels", KERNELS), FILL + TASK.formatted("copy"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("2 tasks completed, 0 failed");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void anOutputThatCantBeWrittenIsAFailure() throws Exception {
    String good = file(FILL);
    Cli run =
        Cli.start(
            Cli.command("run", good, "--kernels", KERNELS).redirectOutput(new File("/dev/full")),
            "");
    assertThat(run.err()).contains("can't write to the standard output");
    assertThat(run.code()).isEqualTo(1);
    Cli results = Cli.start("run", good, "--kernels", KERNELS, "--results", "/dev/full");
    assertThat(results.err()).contains("can't write '/dev/full' (--results): No space left");
    assertThat(results.code()).isEqualTo(1);
  }

  @Test
  void aTraceOfMoreTasksThanFitIntoMemorySaysHowMuchItLeftOut() throws Exception {
    Cli traced =
        Cli.start(
            Cli.command(
                48,
                "trace",
                file("{\"kernel\": \"nothing\"}\n".repeat(60_000)),
                "--kernels",
                KERNELS,
                "-o",
                directory.resolve("trace.json").toString()),
            "");
    assertThat(traced.code()).as(traced.err()).isZero();
    assertThat(traced.out())
        .startsWith("60,000 tasks completed, 0 failed")
        .contains("not in it: ")
        .contains(" older ones");
  }

  @Test
  void theTokenOfTheEnvironmentIsTakenAsItIs() throws Exception {
    ProcessBuilder serve = Cli.command("serve", "--kernels", KERNELS);
    serve.environment().put("SLUICE_TOKEN", "$$$$$$$$$$");
    assertThat(Cli.start(serve, "").err()).contains("was 10 characters");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "run --kernels KERNELS | Missing required parameter | 2",
        "run HUGE --kernels KERNELS | line 1: a line must have at most | 2",
        "trace none --kernels KERNELS | there is no file 'none' | 2",
        "graph HUGE | must be a trace that 'sluice trace' | 2",
        "serve --kernels KERNELS --token short | must have at least 16 characters | 2",
        "top http://localhost:1 --once | there is no gateway at http://localhost:1 | 1",
        "doctor --fast | Unknown option: '--fast' | 2"
      })
  void aBadCommandSaysWhyAndEndsWithItsCode(String command, String message, int code)
      throws Exception {
    Path huge = Files.writeString(directory.resolve("huge"), "x".repeat(9 << 20));
    String[] arguments =
        Arrays.stream(command.split(" ", -1))
            .map(word -> word.replace("KERNELS", KERNELS).replace("HUGE", huge.toString()))
            .toArray(String[]::new);
    Cli wrong = Cli.start(arguments);
    assertThat(wrong.err()).contains(message).doesNotContain("\tat ").doesNotContain("\u001b");
    assertThat(wrong.out()).isEmpty();
    assertThat(wrong.code()).isEqualTo(code);
  }
}
