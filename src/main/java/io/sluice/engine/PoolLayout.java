package io.sluice.engine;

import io.sluice.task.KernelLibrary;
import org.jspecify.annotations.Nullable;

/// What the engine knows of a pool.
///
/// @param name by which tasks choose it
/// @param workerCount how many members can run in it side by side
/// @param reactive whether its workers hold no thread, and run reactive kernels only
/// @param depth how many members a worker may hold, the one that it runs among them; at least 1
/// @param startsLate whether a worker may have to be waited for even when it was handed a member, whose time
///     begins when that is told ([Engine#attemptStarted]); else it begins at once
/// @param library whose kernels its workers run, and no others; null for a pool that runs any
public record PoolLayout(
    String name,
    int workerCount,
    boolean reactive,
    int depth,
    boolean startsLate,
    @Nullable Class<? extends KernelLibrary> library) {

  /// A pool of workers that run ordinary kernels, one at a time.
  public PoolLayout(String name, int workerCount) {
    this(name, workerCount, false, 1, false, null);
  }
}
