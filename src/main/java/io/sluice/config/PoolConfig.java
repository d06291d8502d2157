package io.sluice.config;

import io.sluice.error.ConfigurationException;
import io.sluice.task.KernelLibrary;
import org.jspecify.annotations.Nullable;

/// A pool of workers.
///
/// @param name by which tasks choose it; not blank
/// @param workerCount how many members of tasks run side by side, 1 to 4,096
/// @param threads what the workers are
/// @param processes how worker processes are started; null for threads
/// @param library whose kernels worker processes run; null for threads
public record PoolConfig(
    String name,
    int workerCount,
    Threads threads,
    @Nullable ProcessOptions processes,
    @Nullable Class<? extends KernelLibrary> library) {
  /// The most workers that a pool can have.
  public static final int MAX_WORKERS = 4_096;

  /// What the workers of a pool are.
  public enum Threads {
    /// Platform threads for computing; they must not block.
    COMPUTE,
    /// Platform threads that may block.
    BLOCKING,
    /// Virtual threads; they may block.
    VIRTUAL,
    /// No threads but one, which begins the kernels' `Mono`s and must not block.
    REACTIVE,
    /// Other processes.
    PROCESSES
  }

  /// A pool of threads.
  ///
  /// @throws ConfigurationException if a value is null or out of its range
  public PoolConfig(String name, int workerCount, Threads threads) {
    this(name, workerCount, threads, null, null);
  }

  /// The only gate.
  ///
  /// @throws ConfigurationException if a value is null or out of its range
  public PoolConfig {
    Gate.checkGiven("pool.name", name, "name it, as in threads(\"cpu\", 2)");
    if (name.isBlank()) {
      throw new ConfigurationException(
          "pool.name", "must not be blank", "'" + name + "'", "name it, as in threads(\"cpu\", 2)");
    }
    if (workerCount < 1 || workerCount > MAX_WORKERS) {
      throw new ConfigurationException(
          "pool.workerCount",
          "must lie in 1 to 4096",
          workerCount + " for pool '" + name + "'",
          "use Runtime.getRuntime().availableProcessors() for computing");
    }
    Gate.checkGiven("pool.threads", threads, "use Threads.COMPUTE, BLOCKING, VIRTUAL or REACTIVE");
    if (threads == Threads.PROCESSES) {
      Gate.checkGiven("pool.processes", processes, "use ProcessOptions.defaults()");
      Gate.checkGiven("pool.library", library, "name the class that implements KernelLibrary");
    }
  }
}
