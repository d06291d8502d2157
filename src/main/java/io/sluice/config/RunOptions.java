package io.sluice.config;

import io.sluice.error.ConfigurationException;
import org.jspecify.annotations.Nullable;

/// What a run is called and what bounds it, beside the heap. Immutable: each method that sets
/// something returns other options, and refuses a value out of its range at once.
///
/// ```java
/// sluice.with(run -> run.name("thumbnails").maxInFlight(32)).submitScoped(photos, reader)
/// ```
///
/// @param name for errors, events and diagnoses, not blank; null for none
/// @param lookAheadCount tasks asked of a publisher beyond what was admitted, at least 1
/// @param maxInFlightCount tasks not yet terminal plus results not yet delivered, at least 1;
///     `Long.MAX_VALUE` for no limit
/// @param cancelPolicy what becomes of running kernels when the run is cancelled or fails
/// @param bytes how many of the heap's it may have
public record RunOptions(
    @Nullable String name,
    int lookAheadCount,
    long maxInFlightCount,
    CancelPolicy cancelPolicy,
    RunBytes bytes) {
  /// 16 tasks.
  public static final int DEFAULT_LOOK_AHEAD = 16;

  /// 65,536 tasks and results.
  public static final long DEFAULT_MAX_IN_FLIGHT = 65_536;

  /// The only gate.
  ///
  /// @throws ConfigurationException if the name is blank, a count below 1, or something else null
  public RunOptions {
    if (name != null && name.isBlank()) {
      throw new ConfigurationException(
          "run.name", "must not be blank", "'" + name + "'", "leave name(...) out for none");
    }
    if (lookAheadCount < 1) {
      throw new ConfigurationException(
          "run.lookAheadCount", "must be at least 1", lookAheadCount, "use lookAhead(1)");
    }
    if (maxInFlightCount < 1) {
      throw new ConfigurationException(
          "run.maxInFlightCount",
          "must be at least 1",
          maxInFlightCount,
          "use unlimitedInFlight() for no limit");
    }
    Gate.checkGiven("run.cancelPolicy", cancelPolicy, "use CancelPolicy.FINISH for the default");
    Gate.checkGiven("run.bytes", bytes, "use noHeapLimit() for no limit but the heap");
  }

  /// No name, 16 tasks of look-ahead, 65,536 in flight, no limit of bytes but the heap; kernels finish.
  public static RunOptions defaults() {
    return new RunOptions(
        null, DEFAULT_LOOK_AHEAD, DEFAULT_MAX_IN_FLIGHT, CancelPolicy.FINISH, RunBytes.unlimited());
  }

  /// A name for errors, events and diagnoses; need not be unique.
  ///
  /// @throws ConfigurationException if it is null or blank
  public RunOptions name(String newName) {
    Gate.checkGiven("run.name", newName, "leave name(...) out for none");
    return new RunOptions(newName, lookAheadCount, maxInFlightCount, cancelPolicy, bytes);
  }

  /// How many tasks are asked of a publisher beyond what was admitted.
  ///
  /// @throws ConfigurationException if it is below 1
  public RunOptions lookAhead(int taskCount) {
    return new RunOptions(name, taskCount, maxInFlightCount, cancelPolicy, bytes);
  }

  /// The most tasks not yet terminal plus results not yet delivered.
  ///
  /// @throws ConfigurationException if it is below 1
  public RunOptions maxInFlight(long taskCount) {
    return new RunOptions(name, lookAheadCount, taskCount, cancelPolicy, bytes);
  }

  /// No limit of tasks in flight: the heap alone bounds the run.
  public RunOptions unlimitedInFlight() {
    return maxInFlight(Long.MAX_VALUE);
  }

  /// What becomes of running kernels when the run is cancelled, fails, or its runtime is disposed of.
  ///
  /// @throws ConfigurationException if it is null
  public RunOptions cancelPolicy(CancelPolicy policy) {
    return new RunOptions(name, lookAheadCount, maxInFlightCount, policy, bytes);
  }

  /// The most bytes of the heap that the slabs of the run's tasks take together. A task that would take
  /// more waits until others of the run have let go; one that is larger by itself is refused with
  /// [io.sluice.error.TaskTooLargeException]. No bytes are kept for the run: others may take them.
  ///
  /// @throws ConfigurationException if it is null, below 1,024, or below the declared largest task
  public RunOptions heapLimit(DataSize limit) {
    return with(bytes.limit(limit));
  }

  /// The heap alone bounds the run's bytes.
  public RunOptions noHeapLimit() {
    return with(bytes.noLimit());
  }

  /// Declares how many bytes the outputs of the run's largest task take, each rounded up to 1,024. With
  /// that the look-ahead follows the free bytes: a publisher is asked for no more tasks than fit, but
  /// always for one. A larger task is refused with [io.sluice.error.TaskTooLargeException].
  ///
  /// @throws ConfigurationException if it is null, below 1, or above the run's heap limit
  public RunOptions largestTask(DataSize size) {
    return with(bytes.largestTask(size));
  }

  private RunOptions with(RunBytes newBytes) {
    return new RunOptions(name, lookAheadCount, maxInFlightCount, cancelPolicy, newBytes);
  }
}
