package io.sluice.gateway;

import io.sluice.task.TaskId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What has moved since the last look: counts, and how long tasks took.
///
/// **Confinement.** One thread.
/// **Bound.** [#MAX_OPEN] tasks whose ends are awaited, a sample of [#MAX_SAMPLES] of those that ended.
final class Throughput {
  static final int MAX_OPEN = 65_536;
  static final int MAX_SAMPLES = 1_024;
  private static final double NS_IN_MS = 1e6;
  private static final double NS_IN_S = 1e9;

  private final Map<TaskId, Long> admittedNs = new LinkedHashMap<>();
  private final long[] samples = new long[MAX_SAMPLES];
  private final SplittableRandom random = new SplittableRandom(1);
  private int endedCount;
  private long admittedCount;
  private long completedCount;
  private long failedCount;
  private long bytes;
  private long lastNs;

  Throughput(long nowNs) {
    this.lastNs = nowNs;
  }

  void admitted(TaskId task, long atNs, long slabBytes) {
    admittedCount++;
    bytes += slabBytes;
    admittedNs.put(task, atNs);
    if (admittedNs.size() > MAX_OPEN) {
      admittedNs.remove(admittedNs.keySet().iterator().next());
    }
  }

  void ended(TaskId task, long atNs, boolean failed) {
    completedCount += failed ? 0 : 1;
    failedCount += failed ? 1 : 0;
    Long from = admittedNs.remove(task);
    if (from != null) {
      sample(atNs - from);
    }
  }

  /// Each has the same chance to be in the sample (R of J. S. Vitter).
  private void sample(long latencyNs) {
    endedCount++;
    int place = endedCount <= MAX_SAMPLES ? endedCount - 1 : random.nextInt(endedCount);
    if (place < MAX_SAMPLES) {
      samples[place] = latencyNs;
    }
  }

  void forget(TaskId task) {
    admittedNs.remove(task);
  }

  /// Takes the figures out, per second since the last time.
  Map<String, @Nullable Object> take(long nowNs) {
    double seconds = Math.max(1, nowNs - lastNs) / NS_IN_S;
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    figures.put("admittedPerSecond", admittedCount / seconds);
    figures.put("completedPerSecond", completedCount / seconds);
    figures.put("failedPerSecond", failedCount / seconds);
    figures.put("bytesPerSecond", bytes / seconds);
    figures.put("latencyMs", latency());
    lastNs = nowNs;
    admittedCount = 0;
    completedCount = 0;
    failedCount = 0;
    bytes = 0;
    endedCount = 0;
    return figures;
  }

  private @Nullable Map<String, Object> latency() {
    int count = Math.min(endedCount, MAX_SAMPLES);
    if (count == 0) {
      return null;
    }
    long[] sorted = Arrays.copyOf(samples, count);
    Arrays.sort(sorted);
    Map<String, Object> latency = new LinkedHashMap<>();
    latency.put("p50", sorted[(count - 1) / 2] / NS_IN_MS);
    latency.put("p95", sorted[(int) ((count - 1) * 0.95)] / NS_IN_MS);
    latency.put("max", sorted[count - 1] / NS_IN_MS);
    return latency;
  }
}
