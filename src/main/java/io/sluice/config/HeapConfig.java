package io.sluice.config;

import io.sluice.error.ConfigurationException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The heap of a runtime.
///
/// @param capacityBytes a positive multiple of 1,024
/// @param policy how space is kept
/// @param allocationTimeout how long a task may wait for bytes without progress; null for ever
public record HeapConfig(
    long capacityBytes, HeapPolicy policy, @Nullable Duration allocationTimeout) {

  /// 1 GiB.
  public static final long DEFAULT_CAPACITY_BYTES = 1L << 30;

  public static final Duration DEFAULT_ALLOCATION_TIMEOUT = Duration.ofSeconds(10);

  /// Slabs are aligned to this, and so is the heap.
  public static final long ALIGNMENT_BYTES = 1024;

  public HeapConfig {
    if (capacityBytes <= 0 || capacityBytes % ALIGNMENT_BYTES != 0) {
      throw new ConfigurationException(
          "heap.capacityBytes",
          "must be a positive multiple of 1024",
          capacityBytes,
          "use DataSize.mebibytes(n) or DataSize.kibibytes(n)");
    }
    if (allocationTimeout != null
        && (allocationTimeout.isNegative() || allocationTimeout.isZero())) {
      throw new ConfigurationException(
          "heap.allocationTimeout",
          "must be positive",
          allocationTimeout,
          "use noAllocationTimeout() to wait for ever");
    }
  }

  public static HeapConfig defaults() {
    return new HeapConfig(DEFAULT_CAPACITY_BYTES, HeapPolicy.FIRST_FIT, DEFAULT_ALLOCATION_TIMEOUT);
  }
}
