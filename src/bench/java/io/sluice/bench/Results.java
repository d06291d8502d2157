package io.sluice.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/// All samples, by figure and contender, in the order in which they first came.
final class Results {
  private final Map<Figure, Map<String, Samples>> byFigure = new LinkedHashMap<>();

  void add(Figure figure, String contender, double value) {
    byFigure
        .computeIfAbsent(figure, ignored -> new LinkedHashMap<>())
        .computeIfAbsent(contender, ignored -> new Samples())
        .add(value);
  }

  Map<Figure, Map<String, Samples>> byFigure() {
    return byFigure;
  }
}
