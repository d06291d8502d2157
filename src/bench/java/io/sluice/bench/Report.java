package io.sluice.bench;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The figures as text: medians over the rounds, each peer beside Sluice.
final class Report {
  static final String HEADER = "workload,figure,unit,sluice,peer,peerValue,ratio\n";

  private Report() {}

  /// A header and a line for each peer of each figure; Sluice's alone where a figure has no peer. The
  /// ratio is Sluice's value by the peer's, whichever is better.
  static String csv(Results results) {
    StringBuilder text = new StringBuilder(HEADER);
    results.byFigure().forEach((figure, samples) -> appendCsv(text, figure, samples));
    return text.toString();
  }

  private static void appendCsv(StringBuilder text, Figure figure, Map<String, Samples> samples) {
    Samples own = samples.get(Peers.SLUICE);
    String head = figure.workload() + "," + field(figure.name()) + "," + figure.unit() + ",";
    head += (own == null ? "" : number(own.median())) + ",";
    if (samples.size() == 1 && own != null) {
      text.append(head).append(",,\n");
    }
    for (Map.Entry<String, Samples> peer : samples.entrySet()) {
      if (peer.getValue() != own) {
        String ratio = own == null ? "" : number(ratio(own, peer.getValue()));
        text.append(head).append(peer.getKey()).append(',');
        text.append(number(peer.getValue().median())).append(',').append(ratio).append('\n');
      }
    }
  }

  private static String field(String text) {
    return text.contains(",") ? '"' + text + '"' : text;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  static double ratio(Samples own, Samples peer) {
    return own.median() / peer.median();
  }

  static String table(Results results) {
    StringBuilder text = new StringBuilder();
    results.byFigure().forEach((figure, samples) -> appendTable(text, figure, samples));
    return text.toString();
  }

  private static void appendTable(StringBuilder text, Figure figure, Map<String, Samples> samples) {
    text.append(
        "%n%s  %s, %s%s%n"
            .formatted(
                figure.workload(),
                figure.name(),
                figure.unit(),
                figure.higherIsBetter() ? "" : " (less is better)"));
    Samples own = samples.get(Peers.SLUICE);
    samples.forEach((contender, values) -> text.append(line(contender, values, own)));
  }

  private static String line(String contender, Samples values, @Nullable Samples own) {
    String ratio =
        own == null || values == own
            ? ""
            : String.format(Locale.ROOT, "   sluice / it %.2f", ratio(own, values));
    return String.format(
        Locale.ROOT,
        "  %-22s %10s   spread %3.0f %%%s%n",
        contender,
        Figure.text(values.median()),
        values.spread() * 100,
        ratio);
  }
}
