package io.sluice.fire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/// Looks at the Java heap, after a collection, several times on the way through a long stream.
final class MemoryGauge {
  private static final int LOOKS = 6;
  private static final int WARM_LOOKS = 2;
  private static final long IN_FLIGHT_BYTES = 512 * 1024;

  private final long taskCount;
  private final List<Long> usedBytes = new ArrayList<>();

  /// @param taskCount how long the stream is
  MemoryGauge(long taskCount) {
    this.taskCount = taskCount;
  }

  /// To be called for each task of the stream, from 0; by one thread at a time.
  void at(long task) {
    if (task % (taskCount / LOOKS) == 0 && task > 0) {
      System.gc();
      usedBytes.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
  }

  /// Whether no task has left anything behind, but for what is in flight, which varies: so the lower
  /// of the last two looks counts. What a collector has begun to allocate in may come on top of one.
  void isFlat(String what) {
    assertThat(usedBytes).as("looks").hasSizeGreaterThan(WARM_LOOKS + 2);
    long tasksBetween = taskCount / LOOKS * (usedBytes.size() - 2 - WARM_LOOKS);
    long endBytes = Math.min(usedBytes.getLast(), usedBytes.get(usedBytes.size() - 2));
    long keptBytes = endBytes - usedBytes.get(WARM_LOOKS);
    System.out.printf("%-30s %,d bytes more after %,d tasks%n", what, keptBytes, tasksBetween);
    assertThat(keptBytes)
        .as("bytes that %,d tasks left behind; heap %s", tasksBetween, usedBytes)
        .isLessThan(IN_FLIGHT_BYTES + tasksBetween / 4);
  }
}
