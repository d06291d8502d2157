package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a stream leads to.
class TerminalTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "/dev/pts/3, true",
    "/dev/tty1, true",
    "/dev/console, true",
    "/dev/null, false",
    "/tmp/errors.txt, false",
    "pipe:[4711], false"
  })
  void aTerminalIsADevice(String target, boolean isTerminal) throws IOException {
    Path descriptor = directory.resolve("2");
    Files.createSymbolicLink(descriptor, Path.of(target));
    assertThat(Terminal.leadsToDevice(descriptor)).isEqualTo(isTerminal);
    Files.delete(descriptor); // the directory's end would warn of it
  }

  @Test
  void aStreamOfOnesOwnIsNone() {
    assertThat(
            Terminal.isAt(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)))
        .isFalse();
  }
}
