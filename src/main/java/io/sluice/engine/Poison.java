package io.sluice.engine;

/// What a writer that failed, or was refused, leaves on the bytes that it would have written: why they are not
/// fit to be read. Nobody waits for it.
final class Poison extends Node {
  private final long order;
  private final Throwable cause;

  Poison(long order, Throwable cause) {
    this.order = order;
    this.cause = cause;
    this.settled = true;
  }

  @Override
  long order() {
    return order;
  }

  Throwable cause() {
    return cause;
  }
}
