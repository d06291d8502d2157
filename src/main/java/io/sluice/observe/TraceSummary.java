package io.sluice.observe;

import io.sluice.task.Pools;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Says in some lines where the time of a trace went.
///
/// ```
/// 1,200 tasks in 2.31 s; kernels ran 4.02 s on 2 workers, 87 % of their time; loaders ran 1.07 s
/// critical path: 12 tasks, 410 ms, 18 % of the time
/// waited for: bytes 0 ns, producers 1.20 s, workers 310 ms, subscriber 0 ns
/// resize        600 tasks   3.10 s   mean 5.17 ms
/// ```
final class TraceSummary {
  private static final int KERNELS = 10;
  private static final double NEARLY_ALL = 0.95;

  private TraceSummary() {}

  static String of(Trace trace) {
    List<Slice> slices = trace.tasks().stream().flatMap(task -> task.slices().stream()).toList();
    return head(trace, slices)
        + path(trace.criticalPath())
        + waits(trace.waits())
        + kernels(trace)
        + missing(trace);
  }

  private static String head(Trace trace, List<Slice> slices) {
    long loadedNs =
        slices.stream()
            .filter(slice -> loads(slice) && !slice.givenUp())
            .mapToLong(Slice::runTimeNs)
            .sum();
    long givenUpNs = slices.stream().filter(Slice::givenUp).mapToLong(Slice::runTimeNs).sum();
    long ranNs = slices.stream().mapToLong(Slice::runTimeNs).sum() - loadedNs - givenUpNs;
    long workers =
        slices.stream()
            .filter(slice -> !loads(slice) && !slice.givenUp())
            .map(slice -> slice.pool() + "-" + slice.worker())
            .distinct()
            .count();
    long aliveNs = trace.aliveNs();
    double share = aliveNs * workers == 0 ? 0 : (double) ranNs / aliveNs / workers;
    return String.format(
        Locale.ROOT,
        "%,d tasks in %s%s; kernels ran %s on %d workers, %.0f %% of their time%s%s%n",
        trace.tasks().size(),
        Durations.text(trace.spanNs()),
        aliveNs < NEARLY_ALL * trace.spanNs()
            ? ", with something to do for " + Durations.text(aliveNs)
            : "",
        Durations.text(ranNs),
        workers,
        100 * share,
        loadedNs == 0 ? "" : "; loaders ran " + Durations.text(loadedNs),
        givenUpNs == 0
            ? ""
            : "; kernels that were given up ran on for " + Durations.text(givenUpNs));
  }

  /// Loaders wait for files and networks, and take no processor from kernels while they do.
  private static boolean loads(Slice slice) {
    return slice.pool().equals(Pools.LOADER);
  }

  private static String path(CriticalPath path) {
    return String.format(
        Locale.ROOT,
        "critical path: %,d tasks, %s, %.0f %% of the time%n",
        path.tasks().size(),
        Durations.text(path.lengthNs()),
        100 * path.share());
  }

  private static String waits(Waits waits) {
    return String.format(
        Locale.ROOT,
        "waited for: bytes %s, producers %s, workers %s, subscriber %s%n",
        Durations.text(waits.bytesNs()),
        Durations.text(waits.producerNs()),
        Durations.text(waits.workerNs()),
        Durations.text(waits.subscriberNs()));
  }

  private static String kernels(Trace trace) {
    Map<String, List<TracedTask>> byKernel =
        trace.tasks().stream().collect(Collectors.groupingBy(TracedTask::kernel));
    return byKernel.entrySet().stream()
        .sorted(Comparator.comparingLong(each -> -ranNs(each.getValue())))
        .limit(KERNELS)
        .map(each -> kernel(each.getKey(), each.getValue()))
        .collect(Collectors.joining());
  }

  private static String kernel(String name, List<TracedTask> tasks) {
    long ranNs = ranNs(tasks);
    return String.format(
        Locale.ROOT,
        "  %-20s %,9d tasks  ran %9s  mean %9s%n",
        name,
        tasks.size(),
        Durations.text(ranNs),
        Durations.text(ranNs / tasks.size()));
  }

  private static long ranNs(List<TracedTask> tasks) {
    return tasks.stream().mapToLong(TracedTask::runTimeNs).sum();
  }

  private static String missing(Trace trace) {
    return trace.isWhole()
        ? ""
        : String.format(
            Locale.ROOT,
            "not in it: %,d events that came too fast, %,d older ones%n",
            trace.lostCount(),
            trace.forgottenCount());
  }
}
