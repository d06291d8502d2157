package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The part of the page on benchmarks that is written by the harness, with its plots and its CSV. What
/// stands above [#MARK] is written by people, and stays.
final class Page {
  static final String MARK = "<!-- From here on written by examples/run bench --publish. -->";

  private static final Map<String, List<String>> PLOTS = plots();

  private final BenchOptions options;
  private final Results results;
  private final StringBuilder text = new StringBuilder();

  Page(BenchOptions options, Results results) {
    this.options = options;
    this.results = results;
  }

  private static Map<String, List<String>> plots() {
    Map<String, List<String>> plots = new LinkedHashMap<>();
    plots.put("throughput", List.of("W1", "W2", "W3", "W4", "W6", "W9"));
    plots.put("latency", List.of("wake-up", "W5", "submission"));
    plots.put("kernels", List.of("W7", "W8"));
    plots.put("work", List.of("mnist", "copy", "processes", "recording", "memory", "endless"));
    return plots;
  }

  /// Replaces what follows the mark in `benchmarks.md`, and all of the directory `benchmarks` beside it.
  void writeTo(Path docs, String command) throws IOException {
    Path page = docs.resolve("benchmarks.md");
    Path beside = Files.createDirectories(docs.resolve("benchmarks"));
    String old = Files.readString(page);
    int mark = old.indexOf(MARK);
    if (mark < 0) {
      throw new IOException(page + " has no line " + MARK + "; put it where the figures belong");
    }
    for (Map.Entry<String, List<String>> plot : PLOTS.entrySet()) {
      Files.writeString(beside.resolve(plot.getKey() + ".svg"), plot(plot.getValue()));
    }
    Files.writeString(beside.resolve("growth.svg"), GrowthChart.of(results));
    Files.writeString(beside.resolve("figures.csv"), Report.csv(results));
    Files.writeString(page, old.substring(0, mark) + MARK + "\n\n" + markdown(command));
  }

  private String plot(List<String> workloads) {
    return BarChart.of(
        workloads.stream()
            .flatMap(
                workload ->
                    results.byFigure().entrySet().stream()
                        .filter(each -> each.getKey().workload().equals(workload)))
            .toList());
  }

  String markdown(String command) {
    text.setLength(0);
    heading("Figures");
    origin(command);
    heading("What it is to reach");
    aims();
    heading("Where a peer is faster");
    fasterPeers();
    PLOTS.forEach(this::section);
    section("growth", List.of("growth"));
    return text.toString().stripTrailing() + "\n";
  }

  private void heading(String words) {
    text.append("## ").append(words).append("\n\n");
  }

  private void origin(String command) {
    text.append("| | |\n| --- | --- |\n");
    row("machine", Machine.hardware());
    row("system", Machine.system());
    row("Java", Machine.javaRuntime(options));
    row("day", LocalDate.now(ZoneOffset.UTC).toString());
    row("command", "`" + command + "`");
    row("rounds", options.rounds() + ", each contender in a JVM of its own in each");
    row("other load on the machine", otherLoad());
    if (!results.failures().isEmpty()) {
      row("**failed**", String.join(", ", results.failures()));
    }
    text.append(
        """

        Each value is the median over the rounds; the spread is how far they lie apart, as a share of it. Ratios travel to
        other machines, absolute values don't. The [values as CSV](benchmarks/figures.csv).

        """);
  }

  private void row(String name, String value) {
    text.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private String otherLoad() {
    double mean =
        results.loads().values().stream().mapToDouble(Samples::median).average().orElse(Double.NaN);
    return results.loads().entrySet().stream()
        .max(Map.Entry.comparingByValue((a, b) -> Double.compare(a.most(), b.most())))
        .map(
            worst ->
                String.format(
                    Locale.ROOT,
                    "%.2f processors in the mean; %.2f at most, during %s",
                    mean,
                    worst.getValue().most(),
                    worst.getKey()))
        .orElse("not known");
  }

  private void aims() {
    text.append("| figure | measured | must | met | reach for | reached |\n");
    text.append("| --- | --- | --- | --- | --- | --- |\n");
    Aims.of(results).forEach(aim -> text.append(aim.row()));
    text.append('\n');
  }

  private void fasterPeers() {
    int before = text.length();
    results
        .byFigure()
        .forEach(
            (figure, samples) ->
                samples.forEach((contender, values) -> faster(figure, samples, contender, values)));
    text.append(text.length() == before ? "Nowhere in this run.\n\n" : "\n");
  }

  private void faster(
      Figure figure, Map<String, Samples> samples, String contender, Samples values) {
    Samples own = samples.get(Peers.SLUICE);
    if (own == null
        || !(Peers.ALL.contains(contender) || contender.equals("plain-loop"))
        || !figure.isBetter(values.median(), own.median())) {
      return;
    }
    double ratio = Report.ratio(values, own);
    text.append(
        String.format(
            Locale.ROOT,
            "- %s, %s: `%s`, %.2f times%n",
            figure.workload(),
            figure.name(),
            contender,
            figure.higherIsBetter() ? ratio : 1 / ratio));
  }

  private void section(String plot, List<String> workloads) {
    heading(plot.substring(0, 1).toUpperCase(Locale.ROOT) + plot.substring(1));
    text.append("![%s](benchmarks/%s.svg)\n\n".formatted(String.join(", ", workloads), plot));
    text.append("| workload | figure | contender | median | unit | spread | Sluice by it |\n");
    text.append("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (String workload : workloads) {
      results
          .byFigure()
          .forEach(
              (figure, samples) -> {
                if (figure.workload().equals(workload)) {
                  samples.forEach((name, values) -> line(figure, samples, name, values));
                }
              });
    }
    text.append('\n');
  }

  private void line(Figure figure, Map<String, Samples> samples, String name, Samples values) {
    Samples own = samples.get(Peers.SLUICE);
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | %s | %s | %.0f %% | %s |%n",
            figure.workload(),
            figure.name(),
            name,
            Figure.text(values.median()),
            figure.unit(),
            values.spread() * 100,
            own == null || own == values
                ? ""
                : String.format(Locale.ROOT, "%.2f", Report.ratio(own, values))));
  }
}
