package io.sluice.bench;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/// All samples, by figure and contender, in the order in which they first came.
final class Results {
  private final Map<Figure, Map<String, Samples>> byFigure = new LinkedHashMap<>();
  private final Map<String, Samples> loads = new LinkedHashMap<>();
  private final Set<String> failures = new LinkedHashSet<>();

  void add(Figure figure, String contender, double value) {
    byFigure
        .computeIfAbsent(figure, ignored -> new LinkedHashMap<>())
        .computeIfAbsent(contender, ignored -> new Samples())
        .add(value);
  }

  /// How many processors others kept busy while something was measured.
  void load(String measurement, double processors) {
    loads.computeIfAbsent(measurement, ignored -> new Samples()).add(processors);
  }

  /// A contender that failed, or came to something else than a plain loop.
  void failed(String measurement) {
    failures.add(measurement);
  }

  Set<String> failures() {
    return failures;
  }

  Map<String, Samples> loads() {
    return loads;
  }

  Map<Figure, Map<String, Samples>> byFigure() {
    return byFigure;
  }

  /// The median of a contender's samples, if there are any.
  OptionalDouble median(String workload, String name, String contender) {
    return byFigure.entrySet().stream()
        .filter(e -> e.getKey().workload().equals(workload) && e.getKey().name().equals(name))
        .filter(e -> e.getValue().containsKey(contender))
        .mapToDouble(e -> e.getValue().get(contender).median())
        .findFirst();
  }
}
