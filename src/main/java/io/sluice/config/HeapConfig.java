package io.sluice.config;

import io.sluice.error.ConfigurationException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The heap of a runtime.
///
/// @param capacityBytes a positive multiple of 1,024
/// @param policy how space is kept
/// @param allocationTimeout how long a task may wait for bytes without progress, above 0 and up to
///     [#MAX_ALLOCATION_TIMEOUT]; null for ever
public record HeapConfig(
    long capacityBytes, HeapPolicy policy, @Nullable Duration allocationTimeout) {

  /// 1 GiB.
  public static final long DEFAULT_CAPACITY_BYTES = 1L << 30;

  /// 10 s.
  public static final Duration DEFAULT_ALLOCATION_TIMEOUT = Duration.ofSeconds(10);

  /// A year. Who wants to wait for longer wants no timeout.
  public static final Duration MAX_ALLOCATION_TIMEOUT = Duration.ofDays(365);

  /// Slabs are aligned to this, and so is the heap.
  public static final long ALIGNMENT_BYTES = 1024;

  /// The only gate.
  ///
  /// @throws ConfigurationException if a value is out of its range
  public HeapConfig {
    if (capacityBytes <= 0 || capacityBytes % ALIGNMENT_BYTES != 0) {
      throw new ConfigurationException(
          "heap.capacityBytes",
          "must be a positive multiple of 1024",
          capacityBytes,
          "use DataSize.kibibytes(n) or DataSize.mebibytes(n)");
    }
    Gate.checkGiven("heap.policy", policy, "use HeapPolicy.FIRST_FIT or HeapPolicy.RING");
    if (allocationTimeout != null && !isInRange(allocationTimeout)) {
      throw new ConfigurationException(
          "heap.allocationTimeout",
          "must be above 0 and at most 365 days",
          allocationTimeout,
          "use noAllocationTimeout() to wait for ever");
    }
  }

  private static boolean isInRange(Duration timeout) {
    return timeout.isPositive() && timeout.compareTo(MAX_ALLOCATION_TIMEOUT) <= 0;
  }

  /// 1 GiB, `FIRST_FIT`, 10 s.
  public static HeapConfig defaults() {
    return new HeapConfig(DEFAULT_CAPACITY_BYTES, HeapPolicy.FIRST_FIT, DEFAULT_ALLOCATION_TIMEOUT);
  }

  /// The same heap with another capacity.
  ///
  /// @throws ConfigurationException if it is null or no positive multiple of 1,024
  public HeapConfig withCapacity(DataSize capacity) {
    Gate.checkGiven("heap.capacityBytes", capacity, "use DataSize.mebibytes(n)");
    return new HeapConfig(capacity.bytes(), policy, allocationTimeout);
  }

  /// The same heap, its space kept in another way.
  ///
  /// @throws ConfigurationException if it is null
  public HeapConfig withPolicy(HeapPolicy newPolicy) {
    return new HeapConfig(capacityBytes, newPolicy, allocationTimeout);
  }

  /// The same heap with another timeout.
  ///
  /// @throws ConfigurationException if it is null or out of range
  public HeapConfig withAllocationTimeout(Duration timeout) {
    Gate.checkGiven(
        "heap.allocationTimeout", timeout, "use noAllocationTimeout() to wait for ever");
    return new HeapConfig(capacityBytes, policy, timeout);
  }

  /// The same heap without a timeout.
  public HeapConfig withoutAllocationTimeout() {
    return new HeapConfig(capacityBytes, policy, null);
  }
}
