package io.sluice.engine;

/// What the engine knows of a pool.
///
/// @param name by which tasks choose it
/// @param workerCount how many members can run in it side by side
/// @param reactive whether its workers hold no thread, and run reactive kernels only
public record PoolLayout(String name, int workerCount, boolean reactive) {

  /// A pool of workers that run ordinary kernels.
  public PoolLayout(String name, int workerCount) {
    this(name, workerCount, false);
  }
}
