package io.sluice.engine;

/// The time of an engine between two resets: one object for each.
final class Epoch {
  final Core engine;

  /// From 0.
  final long number;

  Epoch(Core engine, long number) {
    this.engine = engine;
    this.number = number;
  }

  Epoch next() {
    return new Epoch(engine, number + 1);
  }
}
