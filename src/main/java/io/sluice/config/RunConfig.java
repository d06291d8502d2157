package io.sluice.config;

import io.sluice.error.ConfigurationException;

/// What bounds each run, beside the heap.
///
/// @param lookAheadCount tasks asked of a publisher beyond what was admitted, at least 1
/// @param maxInFlightCount tasks not yet terminal plus results not yet delivered, at least 1;
///     `Long.MAX_VALUE` for no limit
public record RunConfig(int lookAheadCount, long maxInFlightCount) {
  /// 16 tasks.
  public static final int DEFAULT_LOOK_AHEAD = 16;

  /// 65,536 tasks and results.
  public static final long DEFAULT_MAX_IN_FLIGHT = 65_536;

  /// The only gate.
  ///
  /// @throws ConfigurationException if a count is below 1
  public RunConfig {
    if (lookAheadCount < 1) {
      throw new ConfigurationException(
          "run.lookAheadCount", "must be at least 1", lookAheadCount, "use lookAhead(1)");
    }
    if (maxInFlightCount < 1) {
      throw new ConfigurationException(
          "run.maxInFlightCount",
          "must be at least 1",
          maxInFlightCount,
          "use unlimitedInFlight() for no limit");
    }
  }

  /// 16 tasks of look-ahead, 65,536 in flight.
  public static RunConfig defaults() {
    return new RunConfig(DEFAULT_LOOK_AHEAD, DEFAULT_MAX_IN_FLIGHT);
  }
}
