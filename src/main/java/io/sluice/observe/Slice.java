package io.sluice.observe;

/// A kernel's time on a worker.
///
/// @param pool the worker's pool
/// @param worker its number in the pool, from 0
/// @param member which member of its task, from 0
/// @param attempt which attempt, from 1
/// @param startedNs when it began
/// @param endedNs when it returned, was given up, or its process was lost
/// @param failed whether it threw, was given up, or its process was lost
/// @param givenUp whether it is the time after that, in which nobody waited for it any more; another thread had its
///     worker's place
public record Slice(
    String pool,
    int worker,
    int member,
    int attempt,
    long startedNs,
    long endedNs,
    boolean failed,
    boolean givenUp) {

  /// How long it ran, in nanoseconds.
  public long runTimeNs() {
    return endedNs - startedNs;
  }

  Slice at(long newStartedNs, long newEndedNs) {
    return new Slice(pool, worker, member, attempt, newStartedNs, newEndedNs, failed, givenUp);
  }
}
