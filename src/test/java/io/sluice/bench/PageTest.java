package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class PageTest {
  @TempDir Path docs;

  private final BenchOptions options = BenchOptions.parse(new String[0]);

  @Test
  void whatPeopleWroteStaysAndTheFiguresBehindTheMarkAreReplaced() throws IOException {
    Path file = docs.resolve("benchmarks.md");
    Files.writeString(file, "# By hand\n\n" + Page.MARK + "\n\nold figures\n");
    page().writeTo(docs, "examples/run bench --publish");
    assertThat(file)
        .content()
        .startsWith("# By hand\n\n" + Page.MARK + "\n\n## Figures\n")
        .doesNotContain("old figures")
        .contains("`examples/run bench --publish`")
        .contains("0.25 processors in the mean");
    assertThat(docs.resolve("benchmarks/figures.csv")).content().startsWith(Report.HEADER);
  }

  @Test
  void aPageWithoutTheMarkIsNotTouched() throws IOException {
    Path file = Files.writeString(docs.resolve("benchmarks.md"), "# By hand\n");
    assertThatThrownBy(() -> page().writeTo(docs, "")).hasMessageContaining(Page.MARK);
    assertThat(file).content().isEqualTo("# By hand\n");
  }

  @Test
  void thePageOfTheProjectHasTheMark() throws IOException {
    assertThat(Files.readString(Path.of("docs/benchmarks.md"))).containsOnlyOnce(Page.MARK);
  }

  @Test
  void aFasterPeerIsNamedWithHowMuch() {
    assertThat(page().markdown("x"))
        .contains("- W1, throughput: `completablefuture-fjp`, 2.00 times")
        .doesNotContain("- W1, throughput: `flatMap-parallel`")
        .as("a reference is no peer")
        .doesNotContain("- W5, p50: `park`");
  }

  @Test
  void whatFailedIsNotLeftOut() {
    Results results = SomeResults.make();
    results.failed("W2 sluice");
    assertThat(new Page(options, results).markdown("x")).contains("| **failed** | W2 sluice |");
    assertThat(page().markdown("x")).doesNotContain("**failed**");
  }

  @Test
  void plotsAreWellFormedAndReadableOnDarkGround() throws Exception {
    Files.writeString(docs.resolve("benchmarks.md"), Page.MARK);
    page().writeTo(docs, "x");
    for (String plot : List.of("throughput", "latency", "kernels", "work", "growth")) {
      String svg = Files.readString(docs.resolve("benchmarks/" + plot + ".svg"));
      assertThat(parsed(svg).getDocumentElement().getTagName()).isEqualTo("svg");
      assertThat(svg).contains("prefers-color-scheme: dark").doesNotContain("NaN");
      assertThat(page().markdown("x")).contains("(benchmarks/" + plot + ".svg)");
    }
  }

  @Test
  void wordsInPlotsAreEscaped() throws Exception {
    Svg svg = new Svg(10, 10);
    svg.text("", "start", 1, 1, "a < b & c > d");
    assertThat(parsed(svg.toString()).getElementsByTagName("text").item(0).getTextContent())
        .isEqualTo("a < b & c > d");
  }

  private Page page() {
    return new Page(options, SomeResults.make());
  }

  private static Document parsed(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }
}
