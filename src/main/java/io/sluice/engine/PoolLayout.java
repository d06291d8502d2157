package io.sluice.engine;

/// What the engine knows of a pool.
///
/// @param name by which tasks choose it
/// @param workerCount how many members can run in it side by side
public record PoolLayout(String name, int workerCount) {}
