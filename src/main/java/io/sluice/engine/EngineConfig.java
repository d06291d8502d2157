package io.sluice.engine;

import io.sluice.config.HeapPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an engine is made of.
///
/// @param heapBytes a positive multiple of 1,024
/// @param heapPolicy how space is kept
/// @param allocationTimeoutNs how long a claim waits for bytes without progress; [#NO_TIMEOUT] for
///     ever
/// @param pools all pools, the loader among them
/// @param defaultPool the pool of tasks that name none; of reactive ones it is the first reactive pool
/// @param loaderPool the pool that zeroes allocated tensors
/// @param plentyCount how many short tasks of a run, admitted and not yet ended, are plenty; see [Supply]
public record EngineConfig(
    long heapBytes,
    HeapPolicy heapPolicy,
    long allocationTimeoutNs,
    List<PoolLayout> pools,
    int defaultPool,
    int loaderPool,
    int plentyCount) {

  /// No allocation timeout.
  public static final long NO_TIMEOUT = Long.MAX_VALUE;

  /// A claim may be bypassed so often before it reserves.
  public static final int MAX_BYPASSES = 64;

  /// How many short tasks are plenty for a run. What the engine and users keep for so many, 45 to 220 KB, lies well
  /// within the second cache of a core, beside what their kernels touch.
  public static final int PLENTY_COUNT = 64;

  public EngineConfig {
    pools = List.copyOf(pools);
  }

  /// With as many short tasks as are plenty for a run by default.
  public EngineConfig(
      long heapBytes,
      HeapPolicy heapPolicy,
      long allocationTimeoutNs,
      List<PoolLayout> pools,
      int defaultPool,
      int loaderPool) {
    this(heapBytes, heapPolicy, allocationTimeoutNs, pools, defaultPool, loaderPool, PLENTY_COUNT);
  }

  /// The place of the pool with this name, or -1; for null the default pool of the kind.
  int poolIndex(@Nullable String name, boolean reactive) {
    if (name == null) {
      return reactive ? firstReactivePool() : defaultPool;
    }
    for (int i = 0; i < pools.size(); i++) {
      if (pools.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private int firstReactivePool() {
    int place = 0;
    while (place < pools.size() && !pools.get(place).reactive()) {
      place++;
    }
    return place < pools.size() ? place : -1;
  }
}
