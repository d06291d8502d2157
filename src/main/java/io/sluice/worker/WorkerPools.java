package io.sluice.worker;

import java.util.function.IntConsumer;

/// Makes pools.
public final class WorkerPools {

  private WorkerPools() {}

  /// A pool that has no thread yet: each worker's starts with the first item for it.
  ///
  /// @param name by which tasks choose it; its threads are called `sluice-<name>-<index>`
  /// @param workerCount at least 1
  public static WorkerPool create(ThreadKind kind, String name, int workerCount) {
    return create(kind, name, workerCount, worker -> {});
  }

  /// The same.
  ///
  /// @param onHeldUp told, behind [WorkerPool#watch], which worker's item has not ended for a
  ///     millisecond or more, or may not soon; by a worker that has nothing else to do, or is about to run
  ///     such an item; once for an item, and again when one for that worker alone is put behind it
  public static WorkerPool create(
      ThreadKind kind, String name, int workerCount, IntConsumer onHeldUp) {
    return new ThreadPool(kind, name, workerCount, onHeldUp);
  }

  /// A pool that holds no thread for an item: it begins an [AsyncWork], which ends later. It has one
  /// thread, which starts with the first item and must not block.
  ///
  /// @param name by which tasks choose it; its thread is called `sluice-<name>`
  /// @param workerCount how many items may be on their way at once, at least 1
  public static WorkerPool createAsync(String name, int workerCount) {
    return new AsyncPool(name, workerCount);
  }
}
