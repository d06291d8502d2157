package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

/// Who gets colours.
class ColorsTest {
  @Test
  void terminalsGetThemUnlessSomebodyWantsNone() {
    assertThat(Colors.of(true, null)).isEqualTo(Ansi.ON);
    assertThat(Colors.of(true, "")).isEqualTo(Ansi.ON);
    assertThat(Colors.of(true, "0")).isEqualTo(Ansi.OFF);
    assertThat(Colors.of(false, null)).isEqualTo(Ansi.OFF);
  }

  @Test
  void aFileGetsNone() {
    PrintStream file = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    assertThat(Colors.of(file)).isEqualTo(Ansi.OFF);
  }
}
