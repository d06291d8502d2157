package io.sluice.config;

import static io.sluice.config.Gates.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapConfigTest {
  private final HeapConfig heap = HeapConfig.defaults();

  @Test
  void isAGibibyteThatWaitsTenSeconds() {
    assertThat(heap)
        .isEqualTo(new HeapConfig(1L << 30, HeapPolicy.FIRST_FIT, Duration.ofSeconds(10)));
  }

  @Test
  void changesOneValueAtATime() {
    assertThat(heap.withCapacity(DataSize.kibibytes(4)))
        .isEqualTo(new HeapConfig(4_096, HeapPolicy.FIRST_FIT, Duration.ofSeconds(10)));
    assertThat(heap.withPolicy(HeapPolicy.RING))
        .isEqualTo(new HeapConfig(1L << 30, HeapPolicy.RING, Duration.ofSeconds(10)));
    assertThat(heap.withAllocationTimeout(Duration.ofNanos(1)))
        .isEqualTo(new HeapConfig(1L << 30, HeapPolicy.FIRST_FIT, Duration.ofNanos(1)));
    assertThat(heap.withoutAllocationTimeout())
        .isEqualTo(new HeapConfig(1L << 30, HeapPolicy.FIRST_FIT, null));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1_000, 1_025, Long.MAX_VALUE})
  void itsCapacityIsAPositiveMultipleOfTheAlignment(long bytes) {
    assertRefused(
        () -> heap.withCapacity(DataSize.bytes(bytes)),
        "heap.capacityBytes must be a positive multiple of 1024, was "
            + bytes
            + "; use DataSize.kibibytes(n) or DataSize.mebibytes(n)");
  }

  @Test
  void itsTimeoutIsPositiveAndCountsInNanoseconds() {
    String rule = "heap.allocationTimeout must be above 0 and at most 365 days, was ";
    String remedy = "; use noAllocationTimeout() to wait for ever";
    assertThat(heap.withAllocationTimeout(Duration.ofDays(365)).allocationTimeout())
        .hasNanos(Duration.ofDays(365).toNanos());
    assertRefused(() -> heap.withAllocationTimeout(Duration.ZERO), rule + "PT0S" + remedy);
    assertRefused(
        () -> heap.withAllocationTimeout(Duration.ofSeconds(-1)), rule + "PT-1S" + remedy);
    assertRefused(
        () -> heap.withAllocationTimeout(Duration.ofDays(365).plusNanos(1)),
        rule + "PT8760H0.000000001S" + remedy);
  }

  @Test
  void nullIsNoValue() {
    assertRefused(
        () -> heap.withCapacity(null),
        "heap.capacityBytes must be given, was null; use DataSize.mebibytes(n)");
    assertRefused(
        () -> heap.withPolicy(null),
        "heap.policy must be given, was null; use HeapPolicy.FIRST_FIT or HeapPolicy.RING");
    assertRefused(
        () -> heap.withAllocationTimeout(null),
        "heap.allocationTimeout must be given, was null; use noAllocationTimeout() to wait for"
            + " ever");
  }
}
