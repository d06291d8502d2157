package io.sluice.runtime;

import io.sluice.config.PoolConfig;
import io.sluice.config.ProcessOptions;
import io.sluice.memory.SharedRegion;
import io.sluice.task.KernelDirectory;
import io.sluice.task.KernelLibrary;
import io.sluice.worker.ThreadKind;
import io.sluice.worker.WorkerPool;
import io.sluice.worker.WorkerPools;
import io.sluice.worker.process.ProcessPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Makes the pools of a runtime.
final class PoolMaker {
  /// Told of workers that are held up, by the pool's place and the worker's.
  interface HeldUpListener {
    void heldUp(int pool, int worker);
  }

  private PoolMaker() {}

  /// @throws io.sluice.error.ConfigurationException if one can't be had here
  static List<WorkerPool> make(
      List<PoolConfig> configs,
      SharedRegion heap,
      @Nullable Surroundings surroundings,
      HeldUpListener onHeldUp) {
    List<WorkerPool> pools = new ArrayList<>();
    try {
      for (PoolConfig config : configs) {
        int index = pools.size();
        pools.add(
            surroundings == null
                ? make(config, heap, worker -> onHeldUp.heldUp(index, worker))
                : surroundings.pool(kindOf(config), config.name(), config.workerCount()));
      }
      return List.copyOf(pools);
    } catch (RuntimeException refusal) {
      pools.forEach(WorkerPool::close);
      throw refusal;
    }
  }

  private static WorkerPool make(PoolConfig config, SharedRegion heap, IntConsumer onHeldUp) {
    return switch (config.threads()) {
      case REACTIVE -> WorkerPools.createAsync(config.name(), config.workerCount());
      case PROCESSES -> ProcessPool.create(planOf(config), heap);
      case COMPUTE, BLOCKING, VIRTUAL ->
          WorkerPools.create(kindOf(config), config.name(), config.workerCount(), onHeldUp);
    };
  }

  private static ProcessPool.Plan planOf(PoolConfig config) {
    ProcessOptions options = Objects.requireNonNull(config.processes());
    Class<? extends KernelLibrary> library = Objects.requireNonNull(config.library());
    return new ProcessPool.Plan(
        config.name(), config.workerCount(), options, KernelDirectory.of(library));
  }

  private static ThreadKind kindOf(PoolConfig config) {
    return switch (config.threads()) {
      case COMPUTE, REACTIVE -> ThreadKind.COMPUTE;
      case BLOCKING, PROCESSES -> ThreadKind.BLOCKING;
      case VIRTUAL -> ThreadKind.VIRTUAL;
    };
  }
}
