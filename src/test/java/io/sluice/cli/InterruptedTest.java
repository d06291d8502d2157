package io.sluice.cli;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Runs as processes, of which somebody reads the outcomes as they come, or which end before their tasks do.
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class InterruptedTest {
  private static final String KERNELS = CliKernels.class.getName();
  private static final String NOTHING = "{\"kernel\": \"nothing\"}\n";
  private static final String WAIT = "{\"kernel\": \"wait\"}\n";
  private static final int TERMINATED = 143;

  @TempDir private Path directory;
  private Path err;
  private Process process;

  @BeforeEach
  void name() {
    err = directory.resolve("err");
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  private void start(String... arguments) throws IOException {
    File errors = err.toFile();
    process = Cli.command(arguments).redirectError(errors).start();
  }

  private void write(Writer in, String lines) throws IOException {
    in.write(lines);
    in.flush();
  }

  private void assertEndsWith(int code) throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the process has ended").isTrue();
    assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(code);
  }

  @Test
  void aProgramGetsEachOutcomeBeforeItGivesTheNextTask() throws Exception {
    start("run", "-", "--kernels", KERNELS, "--json");
    try (Writer in = process.outputWriter();
        BufferedReader out = process.inputReader()) {
      for (int line = 1; line <= 3; line++) {
        write(in, NOTHING);
        assertThat(out.readLine()).contains("\"completed\":\"nothing\",\"line\":" + line);
      }
      process.getOutputStream().close();
      assertThat(out.readLine()).startsWith("{\"summary\":");
    }
    assertEndsWith(0);
  }

  @Test
  void aReaderThatGoesEndsTheRun() throws Exception {
    start("run", "-", "--kernels", KERNELS, "--json");
    Writer in = process.outputWriter();
    BufferedReader out = process.inputReader();
    write(in, NOTHING);
    assertThat(out.readLine()).contains("completed");
    out.close();
    write(in, NOTHING + WAIT);
    assertEndsWith(1);
    assertThat(Files.readString(err))
        .contains("can't write to the standard output")
        .hasLineCount(1);
  }

  @Test
  void outcomesAreThereAtASignalAndSoIsTheTrace() throws Exception {
    Path results = directory.resolve("results.ndjson");
    Path trace = directory.resolve("trace.json");
    start(
        "run",
        "-",
        "--kernels",
        KERNELS,
        "--results",
        results.toString(),
        "--trace",
        trace.toString());
    try (Writer in = process.outputWriter()) {
      write(in, NOTHING.repeat(3) + WAIT);
      awaitLines(results, 3);
      process.destroy();
      assertEndsWith(TERMINATED);
    }
    assertThat(Files.readAllLines(results)).hasSize(3).allMatch(line -> line.endsWith("]}"));
    assertThat(Files.readString(err)).contains("interrupted; 3 tasks had completed, 0 failed");
    JsonNode read = new ObjectMapper().readTree(trace.toFile());
    assertThat(read.get("traceEvents")).isNotEmpty();
  }

  @Test
  void aTraceIsWrittenAtASignal() throws Exception {
    Path trace = directory.resolve("trace.json");
    Path tasks = Files.writeString(directory.resolve("tasks"), NOTHING.repeat(3) + WAIT);
    start("trace", tasks.toString(), "--kernels", KERNELS, "-o", trace.toString());
    awaitLines(err, 3); // of the progress
    process.destroy();
    assertEndsWith(TERMINATED);
    assertThat(Files.readString(err)).contains("what was recorded until then is in " + trace);
    assertThat(Files.readString(trace)).contains("\"nothing\"");
  }

  @Test
  void aKernelThatStaysForEverHoldsUpNoSignal() throws Exception {
    Path trace = directory.resolve("trace.json");
    start("run", "-", "--kernels", KERNELS, "--trace", trace.toString());
    try (Writer in = process.outputWriter()) {
      write(in, "{\"kernel\": \"stay\", \"timeoutMs\": 1}\n");
    }
    await(err, text -> text.contains("1 done")); // all tasks have ended
    process.destroy();
    assertEndsWith(TERMINATED);
    assertThat(Files.readString(err)).contains("interrupted; 0 tasks had completed, 1 failed");
    assertThat(Files.readString(trace)).contains("\"stay\"");
  }

  private void awaitLines(Path file, int count) throws Exception {
    await(file, text -> text.lines().count() >= count);
  }

  private void await(Path file, Predicate<String> isThere) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    try (WatchService changes = directory.getFileSystem().newWatchService()) {
      var _ = directory.register(changes, ENTRY_CREATE, ENTRY_MODIFY);
      while (!Files.exists(file) || !isThere.test(Files.readString(file))) {
        assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
        assertThat(System.nanoTime()).as("the lines come in time").isLessThan(deadline);
        WatchKey key = changes.poll(1, TimeUnit.SECONDS);
        if (key != null) {
          key.pollEvents();
          var _ = key.reset();
        }
      }
    }
  }
}
