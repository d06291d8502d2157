package io.sluice.examples.jdkindex;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aQuickRunChecksItsIndexAndEndsWithALineOfJson() {
    assertThat(runMain("--quick", "--json", "--workers", "3")).isZero();

    assertThat(out.toString(UTF_8))
        .matches("\\{(\"\\w+\":(\"[0-9a-f]{8}\"|[0-9]+)(,(?!})|(?=})))+}\\R")
        .contains("\"files\":", "\"classes\":", "\"references\":", "\"checksum\":")
        .contains("\"tasks\":", "\"peakHeapBytes\":", "\"bytesThrough\":", "\"elapsedMs\":");
    assertThat(err.toString(UTF_8)).contains("java.lang.Object", "checked  equal to", "drained");
  }

  @Test
  void aCommandLineThatCannotBeFollowedExitsWithTwo() {
    assertThat(runMain("--fast")).isEqualTo(2);
    assertThat(runMain("--heap", "0")).isEqualTo(2);
    assertThat(runMain("--workers")).isEqualTo(2);

    assertThat(err.toString(UTF_8))
        .contains("unknown option '--fast'", "--heap needs a number from 1 to 1024, was given '0'")
        .contains("--workers needs a number from 1 to 64, was given ''");
    assertThat(out.size()).isZero();
  }

  @Test
  void helpListsTheOptions() {
    assertThat(runMain("--help")).isZero();

    assertThat(out.toString(UTF_8)).contains("--workers N", "--json", "--quick", "--check");
  }

  private int runMain(String... arguments) {
    return Main.run(
        arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }
}
