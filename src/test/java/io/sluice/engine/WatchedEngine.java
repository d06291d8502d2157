package io.sluice.engine;

import io.sluice.config.HeapPolicy;
import java.util.ArrayList;
import java.util.List;

/// An engine of 8 slabs, to whom it is told whether a worker of its first pool is held up.
class WatchedEngine extends TestEngine {
  /// The pools that were to be watched over, each time it was asked for.
  final List<Integer> keptBack = new ArrayList<>();

  WatchedEngine(int workers) {
    super(HeapPolicy.FIRST_FIT, 8, workers);
  }

  @Override
  public boolean watchesOver(int pool) {
    return pool == CPU;
  }

  @Override
  public void keptBack(int pool) {
    keptBack.add(pool);
  }
}
