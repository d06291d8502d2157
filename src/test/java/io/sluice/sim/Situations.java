package io.sluice.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// How often each [Situation] came up.
final class Situations {
  private final Map<Situation, Long> counts = new EnumMap<>(Situation.class);

  void count(Situation situation) {
    counts.merge(situation, 1L, Long::sum);
  }

  void addAll(Situations others) {
    others.counts.forEach((situation, count) -> counts.merge(situation, count, Long::sum));
  }

  List<Situation> missing() {
    List<Situation> missing = new ArrayList<>(List.of(Situation.values()));
    missing.removeAll(counts.keySet());
    return missing;
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    for (Situation situation : Situation.values()) {
      table.append("%-34s %,12d%n".formatted(situation, counts.getOrDefault(situation, 0L)));
    }
    return table.toString();
  }
}
