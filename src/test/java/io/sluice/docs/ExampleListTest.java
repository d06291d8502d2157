package io.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The list of `examples/run`: the first line of text of each example's page.
class ExampleListTest {
  private static final Path EXAMPLES = Pages.ROOT.resolve("examples");

  @Test
  void theLineOfAnExampleIsAWholeSentence() {
    List<Path> pages = Pages.all().stream().filter(ExampleListTest::isOfAnExample).toList();
    assertThat(pages).isNotEmpty().allSatisfy(page -> assertThat(lineOf(page)).endsWith("."));
  }

  private static boolean isOfAnExample(Path page) {
    return page.endsWith("README.md") && EXAMPLES.equals(page.getParent().getParent());
  }

  private static String lineOf(Path page) {
    return Pages.read(page)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .findFirst()
        .orElse("");
  }
}
