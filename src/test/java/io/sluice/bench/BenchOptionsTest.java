package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchOptionsTest {

  @Test
  void withoutAnArgumentEverythingIsMeasuredInThreeRounds() {
    BenchOptions options = parse("");
    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.quick()).isFalse();
    assertThat(options.wants("W1 sluice")).isTrue();
    assertThat(options.jvmArguments()).contains("-XX:+UseG1GC");
  }

  @Test
  void aQuickRunIsOneRoundUnlessMoreAreAskedFor() {
    assertThat(parse("--quick").rounds()).isEqualTo(1);
    assertThat(parse("--quick --rounds 2").rounds()).isEqualTo(2);
  }

  @Test
  void aProfileIsOneRoundUnlessMoreAreAskedFor() {
    assertThat(parse("--profile").rounds()).isEqualTo(1);
    assertThat(parse("").profile()).isFalse();
  }

  @Test
  void onlyTakesPartsOfNamesInAnyCase() {
    BenchOptions options = parse("--only w2,Growth");
    assertThat(options.wants("W2 sluice")).isTrue();
    assertThat(options.wants("growth full")).isTrue();
    assertThat(options.wants("W1 sluice")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "--fast, unknown: --fast",
    "--rounds, --rounds needs a value",
    "--rounds 0, 'a whole number above 0, was 0'",
    "--collector Serial, 'one of G1, Parallel, Z, was Serial'",
    "--publish --quick, --publish needs all workloads and at least 3 rounds",
    "--publish --rounds 2, --publish needs all workloads and at least 3 rounds",
    "--publish --profile, --publish needs all workloads and at least 3 rounds",
    "--publish --only W1, --publish needs all workloads and at least 3 rounds",
    "--help, usage: examples/run bench",
  })
  void whatCannotBeFollowedIsSaid(String commandLine, String words) {
    assertThatThrownBy(() -> parse(commandLine))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words)
        .hasMessageContaining("usage: ");
  }

  private static BenchOptions parse(String commandLine) {
    return BenchOptions.parse(commandLine.isEmpty() ? new String[0] : commandLine.split(" ", -1));
  }
}
