package io.sluice.bench;

import java.util.Locale;

/// What a number is: a workload's, by its name, with its unit.
///
/// @param higherIsBetter whether a ratio above 1 speaks for Sluice
public record Figure(String workload, String name, String unit, boolean higherIsBetter) {

  public static Figure rate(String workload, String name, String unit) {
    return new Figure(workload, name, unit, true);
  }

  public static Figure cost(String workload, String name, String unit) {
    return new Figure(workload, name, unit, false);
  }

  /// Whether the first value is the better one.
  boolean isBetter(double value, double other) {
    return higherIsBetter ? value > other : value < other;
  }

  /// Three digits that count.
  static String text(double value) {
    if (value >= 1_000_000) {
      return String.format(Locale.ROOT, "%.2f M", value / 1e6);
    }
    if (value >= 10_000) {
      return String.format(Locale.ROOT, "%.0f k", value / 1e3);
    }
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }
}
