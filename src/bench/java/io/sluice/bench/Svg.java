package io.sluice.bench;

import java.util.Locale;

/// A drawing of rectangles, lines and words, readable on light and on dark ground.
final class Svg {
  private static final String STYLE =
      """
      text { font: 13px system-ui, sans-serif; fill: #24292f }
      .title { font-weight: 600 }
      .small { font-size: 11px; fill: #57606a }
      .ground { fill: #ffffff }
      .own { fill: #0969da } .peer { fill: #afb8c1 }
      .axis { stroke: #d0d7de; fill: none } .line { stroke: #0969da; fill: none; stroke-width: 2 }
      .spread { stroke: #24292f; stroke-width: 1.5 }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 }
        .small { fill: #9198a1 }
        .ground { fill: #0d1117 }
        .own { fill: #4493f8 } .peer { fill: #57606a }
        .axis { stroke: #3d444d } .line { stroke: #4493f8 }
        .spread { stroke: #e6edf3 }
      }
      """;

  private final StringBuilder body = new StringBuilder();
  private final int width;
  private final int height;

  Svg(int width, int height) {
    this.width = width;
    this.height = height;
    rectangle("ground", 0, 0, width, height);
  }

  /// @param anchor `start`, `middle` or `end`
  void text(String style, String anchor, double x, double y, String words) {
    body.append("<text class=\"%s\" text-anchor=\"%s\" ".formatted(style, anchor));
    body.append(numbers("x=\"%.1f\" y=\"%.1f\">", x, y)).append(escaped(words)).append("</text>\n");
  }

  void rectangle(String style, double x, double y, double w, double h) {
    body.append("<rect class=\"%s\" ".formatted(style));
    body.append(numbers("x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", x, y, w, h));
  }

  /// @param points x and y in turn
  void line(String style, double... points) {
    body.append("<polyline class=\"%s\" points=\"".formatted(style));
    for (int i = 0; i < points.length; i += 2) {
      body.append(numbers("%.1f,%.1f ", points[i], points[i + 1]));
    }
    body.append("\"/>\n");
  }

  void dot(double x, double y) {
    body.append(numbers("<circle class=\"own\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", x, y));
  }

  private static String numbers(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  @Override
  public String toString() {
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">
    <style>
    %s</style>
    %s</svg>
    """
        .formatted(width, height, width, height, STYLE, body);
  }
}
