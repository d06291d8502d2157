package io.sluice;

import io.sluice.config.DataSize;
import io.sluice.config.HeapConfig;
import io.sluice.config.HeapPolicy;
import io.sluice.config.LeakLevel;
import io.sluice.config.PoolConfig;
import io.sluice.config.PoolConfig.Threads;
import io.sluice.config.ProcessOptions;
import io.sluice.config.RunOptions;
import io.sluice.engine.EngineConfig;
import io.sluice.engine.PoolLayout;
import io.sluice.error.ConfigurationException;
import io.sluice.runtime.Shell;
import io.sluice.runtime.ShellConfig;
import io.sluice.runtime.Surroundings;
import io.sluice.task.KernelLibrary;
import io.sluice.task.Pools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/// Settings of a runtime. Immutable: each method returns another builder, and may be called from any
/// thread. A value out of its range is refused at once, with a
/// [io.sluice.error.ConfigurationException].
///
/// | setting | default |
/// | --- | --- |
/// | [#heap] | 1 GiB |
/// | [#heapPolicy] | `FIRST_FIT` |
/// | [#allocationTimeout] | 10 s |
/// | [#lookAhead] | 16 tasks |
/// | [#maxInFlight] | 65,536 tasks and results |
/// | [#runs] | all options of runs, these two too |
/// | [#leaks] | `SAMPLED` |
/// | pool `NEXT_LEVEL` | as many workers as processors |
/// | pool `SUB` | one worker |
/// | pool `LOADER`, for `Task.fill` | two workers, which may block |
///
/// The three pools exist beside those that are added; one that is added under such a name, or under
/// the name of one added before, takes its place. Tasks that name no pool go to the first pool of
/// threads or processes added, `SUB` and `LOADER` aside, or else to `NEXT_LEVEL`; those with a reactive kernel to the
/// first reactive one. No thread starts before it is needed.
public final class SluiceBuilder {
  private static final int DEFAULT_LOADERS = 2;
  private static final Set<String> SIDE_WORK = Set.of(Pools.SUB, Pools.LOADER);

  private final HeapConfig heap;
  private final RunOptions run;
  private final List<PoolConfig> added;
  private final @Nullable Scheduler timers;
  private final LeakLevel leaks;

  private SluiceBuilder(
      HeapConfig heap,
      RunOptions run,
      List<PoolConfig> added,
      @Nullable Scheduler timers,
      LeakLevel leaks) {
    this.heap = heap;
    this.run = run;
    this.added = added;
    this.timers = timers;
    this.leaks = leaks;
  }

  static SluiceBuilder defaults() {
    return new SluiceBuilder(
        HeapConfig.defaults(), RunOptions.defaults(), List.of(), null, LeakLevel.ofSystem());
  }

  /// Bytes of the heap, a positive multiple of 1,024; 1 GiB by default. The heap bounds the bytes of
  /// all runs together, and its largest task.
  public SluiceBuilder heap(DataSize capacity) {
    return withHeap(heap.withCapacity(capacity));
  }

  /// How the heap's space is kept; `FIRST_FIT` by default.
  public SluiceBuilder heapPolicy(HeapPolicy policy) {
    return withHeap(heap.withPolicy(policy));
  }

  /// How long a task may wait for bytes without progress before it is an error, above 0 and up to 365
  /// days; 10 s by default.
  public SluiceBuilder allocationTimeout(Duration timeout) {
    return withHeap(heap.withAllocationTimeout(timeout));
  }

  /// Tasks wait for bytes for as long as it takes, but for what can be known to be hopeless.
  public SluiceBuilder noAllocationTimeout() {
    return withHeap(heap.withoutAllocationTimeout());
  }

  private SluiceBuilder withHeap(HeapConfig newHeap) {
    return new SluiceBuilder(newHeap, run, added, timers, leaks);
  }

  /// A pool of platform threads for computing, which must not block; 1 to 4,096 workers.
  public SluiceBuilder threads(String name, int workerCount) {
    return with(new PoolConfig(name, workerCount, Threads.COMPUTE));
  }

  /// A pool of platform threads that may block; 1 to 4,096 workers.
  public SluiceBuilder blockingThreads(String name, int workerCount) {
    return with(new PoolConfig(name, workerCount, Threads.BLOCKING));
  }

  /// A pool of virtual threads, which may block; 1 to 4,096 workers, each running one task at a time.
  public SluiceBuilder virtualThreads(String name, int workerCount) {
    return with(new PoolConfig(name, workerCount, Threads.VIRTUAL));
  }

  /// A pool for kernels that return a `Mono` (`Task.callReactive`): 1 to 4,096 of them on their way at
  /// once. It holds no thread for them; one thread subscribes to all, and must not block.
  ///
  /// @throws ConfigurationException also for the name of a default pool, whose tasks need threads
  public SluiceBuilder reactive(String name, int concurrency) {
    PoolConfig pool = new PoolConfig(name, concurrency, Threads.REACTIVE);
    if (SIDE_WORK.contains(name) || Pools.NEXT_LEVEL.equals(name)) {
      throw new ConfigurationException(
          "pool.name",
          "must not be that of a default pool, whose tasks need threads",
          "'" + name + "' for a reactive pool",
          "choose another, as in reactive(\"io\", 64)");
    }
    return with(pool);
  }

  /// A pool of child processes, which map the heap and run kernels of `library` where the tensors lie; 1 to
  /// 4,096 of them. A crash, or an end, of one fails the task that it ran, and nothing else. They start
  /// with the first task, and end with this process.
  ///
  /// @throws ConfigurationException also for the name `LOADER`, whose tasks have no named kernels
  public SluiceBuilder processes(
      String name, int workerCount, Class<? extends KernelLibrary> library) {
    return processes(name, workerCount, library, UnaryOperator.identity());
  }

  /// The same with other options than the defaults.
  ///
  /// @param change makes the options from the defaults
  public SluiceBuilder processes(
      String name,
      int workerCount,
      Class<? extends KernelLibrary> library,
      UnaryOperator<ProcessOptions> change) {
    checkGiven("processes", change, "leave it out for the defaults");
    PoolConfig pool =
        new PoolConfig(
            name, workerCount, Threads.PROCESSES, change.apply(ProcessOptions.defaults()), library);
    if (Pools.LOADER.equals(name)) {
      throw new ConfigurationException(
          "pool.name",
          "must not be that of the loaders, whose tasks have no named kernels",
          "'" + name + "' for a pool of processes",
          "choose another, as in processes(\"render\", 4, Photos.class)");
    }
    return with(pool);
  }

  /// How many threads run `Task.fill`, 1 to 4,096; they may block. 2 by default.
  public SluiceBuilder loaders(int workerCount) {
    return with(new PoolConfig(Pools.LOADER, workerCount, Threads.BLOCKING));
  }

  /// A pool of the same name replaces the one before, in its place.
  private SluiceBuilder with(PoolConfig pool) {
    List<PoolConfig> pools = new ArrayList<>(added);
    int before = indexOf(pools, pool.name());
    if (before < 0) {
      pools.add(pool);
    } else {
      pools.set(before, pool);
    }
    return new SluiceBuilder(heap, run, List.copyOf(pools), timers, leaks);
  }

  /// How many tasks are asked of a publisher beyond what was admitted; 16 by default, at least 1.
  public SluiceBuilder lookAhead(int taskCount) {
    return runs(options -> options.lookAhead(taskCount));
  }

  /// The most tasks of a run that are not yet terminal plus its results not yet delivered; 65,536 by
  /// default, at least 1.
  public SluiceBuilder maxInFlight(long taskCount) {
    return runs(options -> options.maxInFlight(taskCount));
  }

  /// No limit of tasks in flight: the heap alone bounds a run.
  public SluiceBuilder unlimitedInFlight() {
    return maxInFlight(Long.MAX_VALUE);
  }

  /// The options of all runs that set no others by [Submitter#with]; `change` makes them from those set
  /// before.
  ///
  /// @throws ConfigurationException if an option is out of its range
  public SluiceBuilder runs(UnaryOperator<RunOptions> change) {
    checkGiven("runs", change, "leave runs(...) out for the defaults");
    RunOptions changed = change.apply(run);
    checkGiven("runs", changed, "return the options that were given, changed");
    return new SluiceBuilder(heap, changed, added, timers, leaks);
  }

  /// Where all timers of the runtime run, such as a `VirtualTimeScheduler`; a thread of its own by
  /// default. The runtime does not dispose of it. Its `now` is asked wherever an event comes, by whichever
  /// thread, and must neither block nor call the runtime; one that throws stands still.
  public SluiceBuilder timers(Scheduler scheduler) {
    checkGiven("timers", scheduler, "leave timers(...) out for a thread of the runtime's own");
    return new SluiceBuilder(heap, run, added, scheduler, leaks);
  }

  /// The same with these timers, unless it was given some.
  SluiceBuilder timersOr(Scheduler scheduler) {
    return timers == null ? timers(scheduler) : this;
  }

  @SuppressWarnings("ConstantValue")
  private static void checkGiven(String key, @Nullable Object given, String remedy) {
    if (given == null) {
      throw new ConfigurationException(key, "must be given", null, remedy);
    }
  }

  /// How closely results that yield are watched for being dropped without being closed; what the
  /// system property `sluice.leaks` says by default, or else `SAMPLED`. Their bytes come back on each
  /// level.
  public SluiceBuilder leaks(LeakLevel level) {
    checkGiven("leaks", level, "use LeakLevel.OFF, SAMPLED or PARANOID");
    return new SluiceBuilder(heap, run, added, timers, level);
  }

  /// Maps the heap and makes the runtime.
  ///
  /// @throws io.sluice.error.HeapUnavailableException if the heap can't be mapped, such as for want of
  ///     space in the shared-memory file system
  /// @throws ConfigurationException if a pool of processes can't be had here: for want of `/proc`, or of
  ///     `--enable-native-access`
  /// @throws io.sluice.error.InvalidTaskException if a kernel library can't be loaded
  public Sluice build() {
    return build(null);
  }

  /// The same, with what a test has in place of threads; null for none.
  Sluice build(@Nullable Surroundings surroundings) {
    return new Sluice(new Shell(shellConfig(), surroundings), run);
  }

  RunOptions runOptions() {
    return run;
  }

  ShellConfig shellConfig() {
    List<PoolConfig> pools = allPools();
    return new ShellConfig(engineConfig(pools), pools, timers, leaks);
  }

  private EngineConfig engineConfig(List<PoolConfig> pools) {
    return new EngineConfig(
        heap.capacityBytes(),
        heap.policy(),
        timeoutNs(),
        pools.stream().map(SluiceBuilder::layoutOf).toList(),
        defaultPool(pools),
        indexOf(pools, Pools.LOADER));
  }

  private static PoolLayout layoutOf(PoolConfig pool) {
    return new PoolLayout(
        pool.name(),
        pool.workerCount(),
        pool.threads() == Threads.REACTIVE,
        depthOf(pool),
        pool.threads() == Threads.PROCESSES,
        pool.library());
  }

  private static int depthOf(PoolConfig pool) {
    ProcessOptions processes = pool.processes();
    return processes == null ? 1 : processes.pipelineDepth();
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

  /// The first pool of threads that is none for side work; the added ones come first.
  private static int defaultPool(List<PoolConfig> pools) {
    int first = 0;
    while (!isForOrdinaryTasks(pools.get(first))) {
      first++;
    }
    return first;
  }

  private static boolean isForOrdinaryTasks(PoolConfig pool) {
    return !SIDE_WORK.contains(pool.name()) && pool.threads() != Threads.REACTIVE;
  }
}
