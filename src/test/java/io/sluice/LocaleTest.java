package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Numbers in messages look the same in every country.
class LocaleTest {
  private static final Path MAIN = Path.of("src/main/java");

  /// `formatted` and `String.format` without a locale take that of the machine: "1.024" here, "1 024"
  /// there.
  private static final Pattern GROUPED_BY_THE_MACHINE =
      Pattern.compile("%,[^\";]*\"(\\s|\\))*\\.formatted\\(|String\\.format\\(\\s*\"");

  @Test
  void noMessageGroupsDigitsAsTheMachineDoes() throws IOException {
    try (Stream<Path> files = Files.walk(MAIN)) {
      List<Path> wrong =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> GROUPED_BY_THE_MACHINE.matcher(text(file)).find())
              .toList();
      assertThat(wrong).isEmpty();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
