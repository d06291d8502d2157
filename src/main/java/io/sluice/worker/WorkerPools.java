package io.sluice.worker;

/// Makes pools.
public final class WorkerPools {

  private WorkerPools() {}

  /// A pool that has no thread yet: each worker's starts with the first item for it.
  ///
  /// @param name by which tasks choose it; its threads are called `sluice-<name>-<index>`
  /// @param workerCount at least 1
  public static WorkerPool create(ThreadKind kind, String name, int workerCount) {
    return new ThreadPool(kind, name, workerCount);
  }
}
