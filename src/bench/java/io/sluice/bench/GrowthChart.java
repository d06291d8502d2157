package io.sluice.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Time per task over size, a panel for each figure that is named `what size`. Sizes are spaced by their powers; times start at
/// zero.
final class GrowthChart {
  private static final int PANEL_WIDTH = 340;
  private static final int PANEL_HEIGHT = 190;
  private static final int COLUMNS = 2;
  private static final int LEFT = 60;
  private static final int TOP = 40;
  private static final int RIGHT = 20;
  private static final int BOTTOM = 30;

  private GrowthChart() {}

  static String of(Results results) {
    Map<String, TreeMap<Integer, Double>> series = seriesOf(results);
    int rows = Math.ceilDiv(series.size(), COLUMNS);
    Svg svg = new Svg(COLUMNS * PANEL_WIDTH, Math.max(1, rows) * PANEL_HEIGHT);
    int index = 0;
    for (Map.Entry<String, TreeMap<Integer, Double>> each : series.entrySet()) {
      double x = index % COLUMNS * PANEL_WIDTH;
      double y = (double) (index / COLUMNS) * PANEL_HEIGHT;
      draw(svg, x, y, each.getKey(), each.getValue());
      index++;
    }
    return svg.toString();
  }

  private static Map<String, TreeMap<Integer, Double>> seriesOf(Results results) {
    Map<String, TreeMap<Integer, Double>> series = new LinkedHashMap<>();
    results
        .byFigure()
        .forEach(
            (figure, samples) -> {
              Samples own = samples.get(Peers.SLUICE);
              if (figure.workload().equals("growth") && own != null) {
                int space = figure.name().lastIndexOf(' ');
                series
                    .computeIfAbsent(figure.name().substring(0, space), name -> new TreeMap<>())
                    .put(Integer.parseInt(figure.name().substring(space + 1)), own.median());
              }
            });
    return series;
  }

  private static void draw(
      Svg svg, double x, double y, String title, TreeMap<Integer, Double> points) {
    double left = x + LEFT;
    double bottom = y + PANEL_HEIGHT - BOTTOM;
    double width = PANEL_WIDTH - LEFT - RIGHT;
    double height = PANEL_HEIGHT - TOP - BOTTOM;
    double most = points.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double first = Math.log10(points.firstKey());
    double decades = Math.max(1, Math.log10(points.lastKey()) - first);
    svg.text("title", "start", left, y + TOP - 18, title);
    svg.text("small", "end", x + PANEL_WIDTH - RIGHT, y + TOP - 18, "ns per task");
    svg.line("axis", left, bottom - height, left, bottom, left + width, bottom);
    svg.text("small", "end", left - 6, bottom - height + 4, Figure.text(most));
    svg.text("small", "end", left - 6, bottom + 4, "0");
    List<Double> line = new ArrayList<>();
    for (Map.Entry<Integer, Double> point : points.entrySet()) {
      double px = left + (Math.log10(point.getKey()) - first) / decades * width;
      double py = bottom - point.getValue() / most * height;
      svg.dot(px, py);
      svg.text("small", "middle", px, bottom + 16, sizeText(point.getKey()));
      line.add(px);
      line.add(py);
    }
    svg.line("line", line.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /// 1,000 as `1k`, a million as `1M`.
  static String sizeText(int size) {
    return size >= 1_000_000
        ? size / 1_000_000 + "M"
        : size >= 1_000 ? size / 1_000 + "k" : Integer.toString(size);
  }
}
