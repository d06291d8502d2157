package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A process that uses a runtime and ends.
class StartupTest {

  /// With what a program may have on its class path, and without.
  @ParameterizedTest(name = "without {0}")
  @ValueSource(
      strings = {
        "nothing",
        "context-propagation|blockhound|micrometer-.*|jackson-.*|picocli|HdrHistogram|LatencyUtils"
      })
  void aRuntimeOfThreadsPrintsNothingAndHoldsItsProcessNotBack(String left) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                classPathWithout(left),
                StartupProgram.class.getName())
            .start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the process has ended").isTrue();
      assertThat(textOf(process.getErrorStream())).isEmpty();
      assertThat(textOf(process.getInputStream())).isEqualTo("42\n");
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String classPathWithout(String jars) {
    return Stream.of(classPath().split(File.pathSeparator))
        .filter(entry -> !entry.matches(".*/(" + jars + ")-[^/]*\\.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static String textOf(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }
}
