package io.sluice.runtime;

import io.sluice.engine.Engine;

/// An event that does nothing but say whose it is and which of its producer's.
final class NumberedEvent extends SinkEvent {
  final int producer;
  final int number;

  NumberedEvent(int producer, int number) {
    this.producer = producer;
    this.number = number;
  }

  @Override
  void apply(Engine engine) {
    // the notes are all that counts
  }
}
