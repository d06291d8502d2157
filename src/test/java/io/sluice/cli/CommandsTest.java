package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The commands, with good input and bad, in this process.
class CommandsTest {
  private static final String KERNELS = CliKernels.class.getName();

  @TempDir private Path directory;
  private Path good;
  private Path failing;

  @BeforeEach
  void write() throws IOException {
    good =
        file(
            "good.ndjson",
            """
            {"fill": "a", "dtype": "INT32", "shape": [4], "values": [1, 2, 3, 4]}
            {"kernel": "copy", "args": [{"in": "a"}, {"out": "b", "dtype": "INT32", "shape": [4]}]}

            {"kernel": "copy", "name": "last", "args": [{"in": "b"}, {"out": "c", "dtype": "INT32", "shape": [4]}], "yields": ["c"]}
            """);
    failing =
        file(
            "failing.ndjson",
            """
            {"kernel": "fail", "args": [{"out": "a", "dtype": "INT32", "shape": [4]}]}
            {"kernel": "copy", "args": [{"in": "a"}, {"out": "b", "dtype": "INT32", "shape": [4]}]}
            """);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static Cli run(Path file, String... more) {
    return Cli.call(
        Stream.concat(Stream.of("run", file.toString(), "--kernels", KERNELS), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void aRunSaysWhatItCameTo() {
    Cli run = run(good, "--heap", "1MiB", "--workers", "2");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("3 tasks completed, 0 failed, in 0.")
        .contains("peak heap 0.0");
    assertThat(run.err()).contains("run    [########################] 100 %");
  }

  @Test
  void aRunPrintsOutcomesAndSummaryAsJson() throws IOException {
    Cli run = run(good, "--json");
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(4);
    JsonNode last = new ObjectMapper().readTree(lines.get(2));
    assertThat(last.get("completed").asText()).isEqualTo("last");
    assertThat(last.at("/tensors/0/base64").asText()).isEqualTo("AwAAAAQAAAAFAAAABgAAAA==");
    assertThat(new ObjectMapper().readTree(lines.get(3)).at("/summary/completed").asInt())
        .isEqualTo(3);
  }

  @Test
  void resultsMayGoIntoAFile() throws IOException {
    Path results = directory.resolve("results.ndjson");
    assertThat(run(good, "--results", results.toString()).code()).isZero();
    assertThat(Files.readAllLines(results)).hasSize(3).allMatch(line -> line.contains("completed"));
  }

  @Test
  void aRunWithFailedTasksFails() {
    Cli run = run(failing);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).startsWith("0 tasks completed, 2 failed");
    assertThat(run.err()).contains("line 1: ").contains("line 2: ").contains("task 'fail'");
  }

  @Test
  void namesOfFailedTasksCantSteerTheTerminal() throws IOException {
    Path steering =
        file("steering.ndjson", "{\"kernel\": \"fail\", \"name\": \"a\\u001b[2J\\nb\"}\n");
    assertThat(run(steering).err()).contains("line 1: task 'a?[2J?b'").doesNotContain("\u001b");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "run nofile --kernels KERNELS | there is no file 'nofile'",
        "run GOOD --kernels no.such.Class | there is no such class on the class path; put its jar",
        "run GOOD --kernels java.lang.String | must implement io.sluice.task.KernelLibrary",
        "run GOOD | Missing required option: '--kernels=CLASS'",
        "run --kernels KERNELS | Missing required parameter: 'FILE.ndjson'",
        "run GOOD --kernels KERNELS --heap much | must be bytes, or such as 64KiB, 256MiB or 4GiB,"
            + " was 'much'",
        "run GOOD --kernels KERNELS --heap 99999999999GiB | must be bytes, or such as 64KiB",
        "run GOOD --kernels KERNELS --workers 0 | --workers must lie in 1 to 4096, was 0; leave it"
            + " out for as many as processors",
        "run GOOD --kernels KERNELS --heap 1000 | --heap must be a positive multiple of 1024, was"
            + " 1000; give such as --heap 64MiB",
        "run BAD --kernels KERNELS | line 2: ",
        "run UNKNOWN --kernels KERNELS | line 1: kernel must be",
        "run DIR --kernels KERNELS | is a directory; name a file of tasks, or - for the standard"
            + " input",
        "run GOOD --kernels BROKEN | constructor without arguments that works, and kernels:"
            + " java.lang.IllegalStateException: not today",
        "run GOOD --kernels KERNELS --heap 900000GiB | lower --heap or enlarge the file system",
        "run @tasks --kernels KERNELS | there is no file '@tasks'",
        "run GOOD --kernels KERNELS --results DIR/link --trace DIR/target | is the file of the"
            + " results",
        "run GOOD --kernels KERNELS --results DIR | --results: 'DIR' is a directory; name a file",
        "run GOOD --kernels KERNELS --trace DIR/none/t | --trace: 'DIR/none/t' lies in a directory"
            + " that is not there",
        "trace DIR --kernels KERNELS | is a directory",
        "trace GOOD --kernels KERNELS -o DIR | -o: 'DIR' is a directory; name a file",
        "trace GOOD --kernels KERNELS --events 2000000000 | --events 2000000000 take some 762,939"
            + " MiB",
        "graph GOOD -o DIR | -o: 'DIR' is a directory; name a file",
        "run GOOD --kernels KERNELS --results GOOD | good.ndjson' is the file of the tasks, which"
            + " would be lost",
        "run GOOD --kernels KERNELS --trace GOOD | good.ndjson' is the file of the tasks",
        "run GOOD --kernels KERNELS --results DIR/r --trace DIR/./r | is the file of the results",
        "trace GOOD --kernels KERNELS -o GOOD | good.ndjson' is the file of the tasks",
        "graph GOOD -o GOOD | good.ndjson' is the trace, which would be lost",
        "graph DIR | must be a trace that 'sluice trace' or 'sluice run --trace' wrote: it is a"
            + " directory",
        "graph BINARY | it is no text",
        "graph nofile | there is no file 'nofile'",
        "graph GOOD | must be a trace that 'sluice trace'",
        "trace GOOD --kernels KERNELS --events 0 | --events must lie in 1 to 67108864, was 0; leave"
            + " it out",
        "top --interval 0 | --interval must be at least 1, was 0",
        "top nowhere --once | must be such as http://localhost:8080, was 'nowhere'",
        "top localhost:8080 --once | must be such as http://localhost:8080, was 'localhost:8080'",
        "top http://[ --once | must be such as http://localhost:8080, was 'http://['",
        "serve --kernels KERNELS --bind 0.0.0.0 | --bind must be a loopback address unless there"
            + " are TLS and a token, was 0.0.0.0; give --tls-certificate, --tls-key and --token",
        "serve --kernels KERNELS --token short | --token, or SLUICE_TOKEN, must have at least 16"
            + " characters",
        "serve --kernels KERNELS --port 70000 | --port must lie in 0 to 65535",
        "serve --kernels KERNELS --tls-key nofile | must be given both, or none",
        "fly | Unmatched argument at index 0: 'fly'",
        "doctor --fast | Unknown option: '--fast'"
      })
  void whatCantBeFollowedSaysWhyAndHow(String command, String message) throws IOException {
    file("bad.ndjson", "{\"scope\": \"begin\"}\n{\"kernel\": \"copy\"\n");
    file("unknown.ndjson", "{\"kernel\": \"paint\"}\n");
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
    Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    String[] arguments =
        Arrays.stream(command.split(" ", -1))
            .map(
                word ->
                    switch (word) {
                      case "GOOD" -> good.toString();
                      case "BAD" -> directory.resolve("bad.ndjson").toString();
                      case "UNKNOWN" -> directory.resolve("unknown.ndjson").toString();
                      case "BINARY" -> directory.resolve("binary").toString();
                      case "KERNELS" -> KERNELS;
                      case "BROKEN" -> BrokenKernels.class.getName();
                      default -> word.replace("DIR", directory.toString());
                    })
            .toArray(String[]::new);
    Cli refused = Cli.call(arguments);
    assertThat(refused.err())
        .contains(message.replace("DIR", directory.toString()))
        .doesNotContain("\tat ");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
    assertThat(Files.readString(good)).as("the tasks are still there").startsWith("{\"fill\"");
  }

  @Test
  void whatEndsARunEarlyIsTheLastObjectForPrograms() throws IOException {
    Path bad = file("bad.ndjson", "{\"kernel\": \"nothing\"}\n{\"kernel\": \"paint\"}\n");
    Path trace = directory.resolve("trace.json");
    Cli run = run(bad, "--json", "--trace", trace.toString());
    assertThat(run.code()).isEqualTo(2);
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode error = new ObjectMapper().readTree(lines.get(1)).get("error");
    assertThat(error.get("code").asText()).isEqualTo("bad-line");
    assertThat(error.get("line").asInt()).isEqualTo(2);
    assertThat(error.get("given").asText()).isEqualTo("paint");
    assertThat(Cli.call("graph", trace.toString()).out()).contains("nothing");
    Cli none = Cli.call("run", good.toString(), "--kernels", "no.such.Class", "--json");
    assertThat(new ObjectMapper().readTree(none.out()).at("/error/code").asText())
        .isEqualTo("bad-input");
  }

  @Test
  void whatRanBeforeABadLineIsTraced() throws IOException {
    Path bad = file("bad.ndjson", "{\"kernel\": \"nothing\"}\n{\"kernel\": \"paint\"}\n");
    String trace = directory.resolve("trace.json").toString();
    Cli traced = Cli.call("trace", bad.toString(), "--kernels", KERNELS, "-o", trace, "--json");
    assertThat(traced.code()).isEqualTo(2);
    assertThat(traced.err()).contains("what was recorded until then is in " + trace);
    assertThat(traced.out()).startsWith("{\"error\":{\"code\":\"bad-line\"").hasLineCount(1);
    assertThat(Cli.call("graph", trace).out()).contains("nothing");
  }

  @Test
  void aTaskThatIsTooLargeNamesTheOption() throws IOException {
    Path large =
        file("large.ndjson", "{\"alloc\": \"a\", \"dtype\": \"INT32\", \"shape\": [4096]}\n");
    assertThat(run(large, "--heap", "1KiB").err())
        .contains("raise --heap")
        .doesNotContain("builder");
  }

  @Test
  void namesOfKernelsCantSteerTheTerminal() throws IOException {
    Path steering =
        file(
            "steering.ndjson",
            "{\"fill\": \"a\\u001b[2J\\n"
                + "b\", \"dtype\": \"INT32\", \"shape\": [1], \"values\": [1]}\n");
    String trace = directory.resolve("trace.json").toString();
    Cli traced = Cli.call("trace", steering.toString(), "--kernels", KERNELS, "-o", trace);
    assertThat(traced.out()).contains("  a?[2J?b  ").doesNotContain("\u001b");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whatCantBeReadIsNamed() {
    Path unreadable = Path.of("/proc/self/mem");
    assertThat(run(unreadable).err()).contains("can't read '/proc/self/mem': ");
    assertThat(Cli.call("graph", unreadable.toString()).err())
        .contains("can't read '/proc/self/mem': ");
  }

  @Test
  void aTraceCanBeReadBackAsItsGraph() throws IOException {
    Path trace = directory.resolve("trace.json");
    Cli traced = Cli.call("trace", good.toString(), "--kernels", KERNELS, "-o", trace.toString());
    assertThat(traced.code()).isZero();
    assertThat(traced.out())
        .contains("3 tasks completed", "critical path: 3 tasks", "0:2 last", "written to ");
    Cli graph = Cli.call("graph", trace.toString(), "--json");
    JsonNode json = new ObjectMapper().readTree(graph.out());
    assertThat(json.get("tasks")).hasSize(3);
    assertThat(json.get("arrows")).hasSize(2);
    assertThat(json.at("/criticalPath/tasks").toString()).isEqualTo("[\"0:0\",\"0:1\",\"0:2\"]");
    Path dot = directory.resolve("run.dot");
    assertThat(Cli.call("graph", trace.toString(), "-o", dot.toString()).code()).isZero();
    assertThat(Files.readString(dot)).startsWith("digraph run {").contains("\"0:1\" -> \"0:2\"");
  }

  @Test
  void aTraceIsSummedUpForPrograms() throws IOException {
    Path trace = directory.resolve("trace.json");
    Cli traced =
        Cli.call("trace", good.toString(), "--kernels", KERNELS, "-o", trace.toString(), "--json");
    JsonNode json = new ObjectMapper().readTree(traced.out());
    assertThat(json.at("/summary/completed").asInt()).isEqualTo(3);
    assertThat(json.at("/trace/criticalPath/tasks")).hasSize(3);
    assertThat(json.at("/trace/kernels/1/kernel").asText()).isEqualTo("copy");
    assertThat(json.at("/trace/kernels/1/tasks").asInt()).isEqualTo(2);
    assertThat(json.at("/trace/forgottenEvents").isNumber()).isTrue();
    assertThat(json.at("/trace/waitedForNs/bytes").isNumber()).isTrue();
    assertThat(traced.err()).isEmpty();
  }

  @Test
  void aTraceThatHasRoomForFewEventsSaysWhatItLeftOut() throws IOException {
    String trace = directory.resolve("trace.json").toString();
    Cli traced =
        Cli.call("trace", good.toString(), "--kernels", KERNELS, "-o", trace, "--events", "5");
    assertThat(traced.code()).isZero();
    assertThat(traced.out()).containsPattern("not in it: 0 events that came too fast, 1\\d older");
  }

  @Test
  void aRunMayBeTracedAsWell() throws IOException {
    Path trace = directory.resolve("trace.json");
    Cli run = run(good, "--trace", trace.toString());
    assertThat(run.err()).contains("critical path: 3 tasks");
    assertThat(Cli.call("graph", trace.toString()).out()).contains("->");
  }

  @Test
  void theHelpNamesAllCommands() {
    Cli help = Cli.call();
    assertThat(help.code()).isZero();
    assertThat(help.out())
        .contains("run", "serve", "trace", "graph", "top", "doctor", "Exit codes:");
    assertThat(Cli.call("run", "--help").out()).contains("--kernels=CLASS", "CLASSPATH");
    assertThat(Cli.call("--version").out()).contains("sluice", "Java 25");
  }

  @Test
  void topSaysWhereNoGatewayIs() {
    Cli top = Cli.call("top", "http://localhost:1", "--once");
    assertThat(top.code()).isEqualTo(1);
    assertThat(top.err())
        .contains("there is no gateway at http://localhost:1; start one by 'sluice serve'");
  }

  @Test
  void aUrlOfAnyAddressCanBeGivenToTop() {
    assertThat(ServeCommand.url("http", "127.0.0.1", 80)).isEqualTo("http://127.0.0.1:80");
    assertThat(URI.create(ServeCommand.url("https", "::1", 8080)).getPort()).isEqualTo(8080);
  }
}
