package io.sluice.engine;

/// What bounds a run.
///
/// @param lookAheadCount tasks asked for beyond what was admitted, at least 1
/// @param maxInFlightCount tasks not yet terminal plus results not yet delivered, at least 1;
///     `Long.MAX_VALUE` for no limit
/// @param readerClosesResults whether results are closed as they are delivered, not by the user
public record RunLimits(int lookAheadCount, long maxInFlightCount, boolean readerClosesResults) {}
