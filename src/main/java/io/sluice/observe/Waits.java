package io.sluice.observe;

/// What a task waited for before it ran, in nanoseconds.
///
/// @param bytesNs for bytes that other tasks held, when it was the next of its source
/// @param producerNs for earlier tasks whose bytes it reads or overwrites, or that it was put behind
/// @param workerNs for a worker
/// @param subscriberNs for results that a subscriber had in hand, or had not taken yet, and whose bytes it
///     needed
public record Waits(long bytesNs, long producerNs, long workerNs, long subscriberNs) {
  static final Waits NONE = new Waits(0, 0, 0, 0);

  Waits plus(Waits other) {
    return new Waits(
        bytesNs + other.bytesNs,
        producerNs + other.producerNs,
        workerNs + other.workerNs,
        subscriberNs + other.subscriberNs);
  }

  /// All of it.
  public long totalNs() {
    return bytesNs + producerNs + workerNs + subscriberNs;
  }
}
