package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The last object that a run prints for programs, on a console that knows ASCII only.
class JsonEndTest {
  private static final String NOTHING = "{\"kernel\": \"nothing\"}\n";

  @TempDir private Path directory;
  private final Watched out = new Watched();

  private int call(String command, String tasks) throws IOException {
    String[] arguments = {
      command,
      Files.writeString(directory.resolve("tasks.ndjson"), tasks).toString(),
      "--kernels",
      CliKernels.class.getName(),
      command.equals("run") ? "--trace" : "-o",
      directory.resolve("trace.json").toString(),
      "--json"
    };
    PrintStream err = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return Main.run(arguments, new PrintStream(out, true, StandardCharsets.US_ASCII), err);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"run", "trace"})
  void anErrorIsUnmixedAndInUtf8(String command) throws IOException {
    PrintStream before = System.out;
    assertThat(call(command, NOTHING + "{\"kernel\": \"m\u00e4len\"}\n")).isEqualTo(2);
    assertThat(out.last().at("/error/given").asText()).isEqualTo("m\u00e4len");
    assertThat(out.kernels).isNotEmpty().doesNotContain(true);
    assertThat(System.out).isSameAs(before);
  }

  @Test
  void aSummaryIsUnmixedAndInUtf8() throws IOException {
    String fill =
        "{\"fill\": \"m\u00e4len\", \"dtype\": \"INT32\", \"shape\": [1], \"values\": [1]}\n";
    assertThat(call("trace", fill)).isZero();
    assertThat(out.last().at("/trace/kernels/0/kernel").asText()).isEqualTo("m\u00e4len");
    assertThat(out.kernels).isNotEmpty().doesNotContain(true);
  }

  /// What comes to the standard output, and whether that was a kernel's meanwhile.
  private static final class Watched extends ByteArrayOutputStream {
    private final List<Boolean> kernels = new ArrayList<>();

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      kernels.add(!System.out.equals(System.err));
      super.write(bytes, offset, length);
    }

    private JsonNode last() throws IOException {
      List<String> lines = toString(StandardCharsets.UTF_8).lines().toList();
      return new ObjectMapper().readTree(lines.getLast());
    }
  }
}
