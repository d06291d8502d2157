package io.sluice.sim;

import java.util.ArrayDeque;

/// The last steps of a simulation, in words. It costs time, so it is on only in a second run of a
/// seed that has failed.
///
/// **Bound.** [#LIMIT] lines.
final class Trace {
  private static final int LIMIT = Integer.getInteger("sluice.sim.trace", 150);

  private final boolean on;
  private final ArrayDeque<String> lines = new ArrayDeque<>();

  Trace(boolean on) {
    this.on = on;
  }

  boolean isOn() {
    return on;
  }

  @SuppressWarnings("AnnotateFormatMethod")
  void add(String format, Object... arguments) {
    if (!on) {
      return;
    }
    if (lines.size() == LIMIT) {
      lines.remove();
    }
    lines.add(format.formatted(arguments));
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
