package io.sluice.bench;

import java.util.List;
import java.util.Map;

/// A bar for each contender, figure below figure; each figure has a scale of its own, from zero.
///
/// A thin line spans the samples.
final class BarChart {
  private static final int WIDTH = 720;
  private static final int BAR_LEFT = 190;
  private static final int BAR_WIDTH = 400;
  private static final int ROW = 20;
  private static final int BAR_HEIGHT = 14;
  private static final int HEAD = 30;
  private static final int GAP = 14;

  private BarChart() {}

  static String of(List<Map.Entry<Figure, Map<String, Samples>>> figures) {
    int height = GAP + figures.stream().mapToInt(each -> heightOf(each.getValue())).sum();
    Svg svg = new Svg(WIDTH, height);
    double top = GAP;
    for (Map.Entry<Figure, Map<String, Samples>> each : figures) {
      draw(svg, top, each.getKey(), each.getValue());
      top += heightOf(each.getValue());
    }
    return svg.toString();
  }

  private static int heightOf(Map<String, Samples> contenders) {
    return HEAD + contenders.size() * ROW + GAP;
  }

  private static void draw(Svg svg, double top, Figure figure, Map<String, Samples> contenders) {
    svg.text("title", "start", GAP, top + ROW - 4, figure.workload() + ", " + figure.name());
    String less = figure.higherIsBetter() ? "" : "; less is better";
    svg.text("small", "end", WIDTH - GAP, top + ROW - 4, figure.unit() + less);
    double most = contenders.values().stream().mapToDouble(Samples::most).max().orElse(1);
    double scale = BAR_WIDTH / most;
    double y = top + HEAD;
    for (Map.Entry<String, Samples> contender : contenders.entrySet()) {
      bar(svg, y, scale, contender.getKey(), contender.getValue());
      y += ROW;
    }
  }

  private static void bar(Svg svg, double y, double scale, String contender, Samples samples) {
    double middle = y + BAR_HEIGHT / 2.0;
    String style = contender.equals(Peers.SLUICE) ? "own" : "peer";
    svg.text("", "end", BAR_LEFT - 8.0, y + BAR_HEIGHT - 3, contender);
    svg.rectangle(style, BAR_LEFT, y, Math.max(1, samples.median() * scale), BAR_HEIGHT);
    svg.line(
        "spread",
        BAR_LEFT + samples.least() * scale,
        middle,
        BAR_LEFT + samples.most() * scale,
        middle);
    double end = BAR_LEFT + samples.most() * scale + 8;
    svg.text("", "start", end, y + BAR_HEIGHT - 3, Figure.text(samples.median()));
  }
}
