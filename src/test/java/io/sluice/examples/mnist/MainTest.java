package io.sluice.examples.mnist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void withJsonTheStandardOutputIsOneLineOfIt() {
    assertThat(runMain("--quick", "--json")).isZero();

    assertThat(out.toString(UTF_8))
        .matches("\\{(\"\\w+\":(\"[0-9a-f]{8}\"|[0-9.]+)(,(?!})|(?=})))+}\\R")
        .contains(
            "\"accuracy\":",
            "\"checksum\":",
            "\"tasks\":",
            "\"peakHeapBytes\":",
            "\"bytesThrough\":")
        .contains("\"elapsedMs\":");
    assertThat(err.toString(UTF_8)).contains("train", "test", "accuracy");
  }

  @Test
  void theQuickRunEndsWithTheWeightsOfThePlainLoop() {
    assertThat(runMain("--quick")).isZero();
    String checksum = checksum();
    out.reset();
    assertThat(runMain("--quick", "--plain")).isZero();

    assertThat(checksum()).isEqualTo(checksum);
  }

  private String checksum() {
    return out.toString(UTF_8)
        .lines()
        .filter(line -> line.contains("checksum"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aHeapTooSmallForABatchFailsAtOnceAndNamesTheKnob() {
    assertThat(runMain("--heap", "1")).isEqualTo(1);

    assertThat(err.toString(UTF_8)).contains("forward-backward", "heap");
  }

  @Test
  void aCommandLineThatCannotBeFollowedExitsWithTwo() {
    assertThat(runMain("--fast")).isEqualTo(2);

    assertThat(err.toString(UTF_8)).contains("unknown option '--fast'").contains("--quick");
    assertThat(out.size()).isZero();
  }

  @Test
  void helpListsTheOptions() {
    assertThat(runMain("--help")).isZero();

    assertThat(out.toString(UTF_8)).contains("--workers N", "--json", "--quick", "--heap");
  }

  private int runMain(String... arguments) {
    return Main.run(
        arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }
}
