package io.sluice.bench;

import java.util.Locale;
import java.util.Map;

/// The figures as text: medians over the rounds, each peer beside Sluice.
final class Report {

  private Report() {}

  /// A header and a line for each peer of each figure; Sluice's alone where a figure has no peer. The
  /// ratio is Sluice's value by the peer's, whichever is better.
  static String csv(Results results) {
    StringBuilder text = new StringBuilder("workload,figure,unit,sluice,peer,peerValue,ratio\n");
    results.byFigure().forEach((figure, samples) -> appendCsv(text, figure, samples));
    return text.toString();
  }

  private static void appendCsv(StringBuilder text, Figure figure, Map<String, Samples> samples) {
    String head = figure.workload() + "," + figure.name() + "," + figure.unit() + ",";
    Samples own = samples.get(Peers.SLUICE);
    String ownText = own == null ? "" : number(own.median());
    boolean alone = samples.size() == 1 && own != null;
    if (alone) {
      text.append(head).append(ownText).append(",,,\n");
      return;
    }
    samples.forEach(
        (peer, values) -> {
          if (values != own) {
            String ratio = own == null ? "" : number(own.median() / values.median());
            text.append(head).append(ownText).append(',').append(peer).append(',');
            text.append(number(values.median())).append(',').append(ratio).append('\n');
          }
        });
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
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
    samples.forEach(
        (contender, values) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "  %-22s %10s   spread %3.0f %%%s%n",
                    contender,
                    figure.text(values.median()),
                    values.spread() * 100,
                    own == null || values == own
                        ? ""
                        : String.format(
                            Locale.ROOT, "   sluice / it %.2f", own.median() / values.median()))));
  }
}
