package io.sluice.config;

import io.sluice.error.ConfigurationException;

/// What a run says about its bytes.
///
/// @param limitBytes the most bytes of the heap that the slabs of its tasks take together, at least
///     1,024; `Long.MAX_VALUE` for no limit but the heap
/// @param largestTaskBytes the most bytes that the outputs of one of its tasks take, each rounded up to
///     1,024, and no more than the limit; 0 if that is not declared
public record RunBytes(long limitBytes, long largestTaskBytes) {
  private static final long LEAST_SLAB_BYTES = 1_024;

  /// The only gate.
  ///
  /// @throws ConfigurationException if a number is out of its range
  public RunBytes {
    if (limitBytes < LEAST_SLAB_BYTES) {
      throw new ConfigurationException(
          "run.heapLimitBytes",
          "must be at least 1024, the least that a task with bytes takes",
          limitBytes,
          "use noHeapLimit() for no limit but the heap");
    }
    if (largestTaskBytes < 0) {
      throw tooSmall(largestTaskBytes);
    }
    if (largestTaskBytes > limitBytes) {
      throw new ConfigurationException(
          "run.largestTaskBytes",
          "must be no more than run.heapLimitBytes, which is " + limitBytes,
          largestTaskBytes,
          "raise heapLimit(...)");
    }
  }

  /// No limit but the heap, no largest task.
  static RunBytes unlimited() {
    return new RunBytes(Long.MAX_VALUE, 0);
  }

  RunBytes limit(DataSize limit) {
    Gate.checkGiven("run.heapLimitBytes", limit, "use noHeapLimit() for no limit but the heap");
    return new RunBytes(limit.bytes(), largestTaskBytes);
  }

  RunBytes noLimit() {
    return new RunBytes(Long.MAX_VALUE, largestTaskBytes);
  }

  RunBytes largestTask(DataSize size) {
    Gate.checkGiven("run.largestTaskBytes", size, "leave largestTask(...) out");
    if (size.bytes() < 1) {
      throw tooSmall(size.bytes());
    }
    return new RunBytes(limitBytes, size.bytes());
  }

  private static ConfigurationException tooSmall(long bytes) {
    return new ConfigurationException(
        "run.largestTaskBytes", "must be at least 1", bytes, "leave largestTask(...) out");
  }
}
