package io.sluice.observe;

import java.util.Locale;

/// Durations for people.
final class Durations {
  private Durations() {}

  /// Such as `12.3 ms`, with three digits or more.
  static String text(long ns) {
    if (ns < 1_000) {
      return ns + " ns";
    }
    if (ns < 1_000_000) {
      return format(ns / 1e3, "us");
    }
    return ns < 1_000_000_000 ? format(ns / 1e6, "ms") : format(ns / 1e9, "s");
  }

  private static String format(double value, String unit) {
    int digits = value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%,." + digits + "f %s", value, unit);
  }
}
