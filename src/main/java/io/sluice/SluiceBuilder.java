package io.sluice;

import io.sluice.config.DataSize;
import io.sluice.config.HeapConfig;
import io.sluice.config.HeapPolicy;
import io.sluice.config.PoolConfig;
import io.sluice.config.PoolConfig.Threads;
import io.sluice.config.RunConfig;
import io.sluice.engine.EngineConfig;
import io.sluice.engine.PoolLayout;
import io.sluice.runtime.Shell;
import io.sluice.runtime.ShellConfig;
import io.sluice.task.Pools;
import io.sluice.worker.ThreadKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/// Settings of a runtime. Immutable: each method returns another builder.
///
/// The pools `NEXT_LEVEL` (as many workers as processors), `SUB` (one) and `LOADER` (two, for
/// `Task.fill`) exist unless they are set otherwise; no thread starts before it is needed. Tasks that
/// name no pool go to the first one added, or to `NEXT_LEVEL`.
public final class SluiceBuilder {
  private static final int DEFAULT_LOADERS = 2;

  private final HeapConfig heap;
  private final RunConfig run;
  private final List<PoolConfig> added;
  private final @Nullable Scheduler timers;

  private SluiceBuilder(
      HeapConfig heap, RunConfig run, List<PoolConfig> added, @Nullable Scheduler timers) {
    this.heap = heap;
    this.run = run;
    this.added = added;
    this.timers = timers;
  }

  static SluiceBuilder defaults() {
    return new SluiceBuilder(HeapConfig.defaults(), RunConfig.defaults(), List.of(), null);
  }

  /// Bytes of the heap, a multiple of 1,024; 1 GiB by default.
  public SluiceBuilder heap(DataSize capacity) {
    return withHeap(new HeapConfig(capacity.bytes(), heap.policy(), heap.allocationTimeout()));
  }

  /// How the heap's space is kept; `FIRST_FIT` by default.
  public SluiceBuilder heapPolicy(HeapPolicy policy) {
    return withHeap(new HeapConfig(heap.capacityBytes(), policy, heap.allocationTimeout()));
  }

  /// How long a task may wait for bytes without progress before it is an error; 10 s by default.
  public SluiceBuilder allocationTimeout(Duration timeout) {
    return withHeap(new HeapConfig(heap.capacityBytes(), heap.policy(), timeout));
  }

  /// Tasks wait for bytes for as long as it takes, but for what can be known to be hopeless.
  public SluiceBuilder noAllocationTimeout() {
    return withHeap(new HeapConfig(heap.capacityBytes(), heap.policy(), null));
  }

  private SluiceBuilder withHeap(HeapConfig newHeap) {
    return new SluiceBuilder(newHeap, run, added, timers);
  }

  /// A pool of platform threads for computing, which must not block.
  public SluiceBuilder threads(String name, int workerCount) {
    return with(new PoolConfig(name, workerCount, Threads.COMPUTE));
  }

  /// A pool of platform threads that may block.
  public SluiceBuilder blockingThreads(String name, int workerCount) {
    return with(new PoolConfig(name, workerCount, Threads.BLOCKING));
  }

  /// A pool of virtual threads.
  public SluiceBuilder virtualThreads(String name, int workerCount) {
    return with(new PoolConfig(name, workerCount, Threads.VIRTUAL));
  }

  /// How many threads run `Task.fill`; they may block. 2 by default.
  public SluiceBuilder loaders(int workerCount) {
    return with(new PoolConfig(Pools.LOADER, workerCount, Threads.BLOCKING));
  }

  /// A pool of the same name replaces the one before.
  private SluiceBuilder with(PoolConfig pool) {
    List<PoolConfig> pools = new ArrayList<>(added);
    pools.removeIf(other -> other.name().equals(pool.name()));
    pools.add(pool);
    return new SluiceBuilder(heap, run, List.copyOf(pools), timers);
  }

  /// How many tasks are asked of a publisher beyond what was admitted; 16 by default, at least 1.
  public SluiceBuilder lookAhead(int taskCount) {
    return withRun(new RunConfig(taskCount, run.maxInFlightCount()));
  }

  /// Tasks of a run that are not yet terminal plus its results not yet delivered; 65,536 by default.
  public SluiceBuilder maxInFlight(long taskCount) {
    return withRun(new RunConfig(run.lookAheadCount(), taskCount));
  }

  /// No limit of tasks in flight: the heap alone bounds a run.
  public SluiceBuilder unlimitedInFlight() {
    return maxInFlight(Long.MAX_VALUE);
  }

  private SluiceBuilder withRun(RunConfig newRun) {
    return new SluiceBuilder(heap, newRun, added, timers);
  }

  /// Where all timers of the runtime run, such as a `VirtualTimeScheduler`; a thread of its own by
  /// default.
  public SluiceBuilder timers(Scheduler scheduler) {
    return new SluiceBuilder(heap, run, added, scheduler);
  }

  /// Maps the heap and makes the runtime.
  ///
  /// @throws io.sluice.error.HeapUnavailableException if the heap can't be mapped, such as for want of
  ///     space in the shared-memory file system
  public Sluice build() {
    List<PoolConfig> pools = allPools();
    EngineConfig engine =
        new EngineConfig(
            heap.capacityBytes(),
            heap.policy(),
            timeoutNs(),
            pools.stream().map(pool -> new PoolLayout(pool.name(), pool.workerCount())).toList(),
            defaultPool(pools),
            indexOf(pools, Pools.LOADER));
    List<ThreadKind> kinds = pools.stream().map(SluiceBuilder::kindOf).toList();
    return new Sluice(
        new Shell(
            new ShellConfig(engine, kinds, run.lookAheadCount(), run.maxInFlightCount(), timers)));
  }

  private long timeoutNs() {
    Duration timeout = heap.allocationTimeout();
    return timeout == null ? EngineConfig.NO_TIMEOUT : timeout.toNanos();
  }

  private List<PoolConfig> allPools() {
    List<PoolConfig> pools = new ArrayList<>(added);
    addMissing(
        pools, Pools.NEXT_LEVEL, Runtime.getRuntime().availableProcessors(), Threads.COMPUTE);
    addMissing(pools, Pools.SUB, 1, Threads.COMPUTE);
    addMissing(pools, Pools.LOADER, DEFAULT_LOADERS, Threads.BLOCKING);
    return pools;
  }

  private static void addMissing(
      List<PoolConfig> pools, String name, int workerCount, Threads threads) {
    if (indexOf(pools, name) < 0) {
      pools.add(new PoolConfig(name, workerCount, threads));
    }
  }

  private static int indexOf(List<PoolConfig> pools, String name) {
    for (int i = 0; i < pools.size(); i++) {
      if (pools.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static int defaultPool(List<PoolConfig> pools) {
    for (int i = 0; i < pools.size(); i++) {
      if (!pools.get(i).name().equals(Pools.LOADER)) {
        return i;
      }
    }
    return indexOf(pools, Pools.NEXT_LEVEL);
  }

  private static ThreadKind kindOf(PoolConfig pool) {
    return switch (pool.threads()) {
      case COMPUTE -> ThreadKind.COMPUTE;
      case BLOCKING -> ThreadKind.BLOCKING;
      case VIRTUAL -> ThreadKind.VIRTUAL;
    };
  }
}
