package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.config.DataSize;
import java.util.List;

/// Does a task cost the same however many there are?
///
/// | figure | grows |
/// | --- | --- |
/// | stream | tasks of a stream, each without data |
/// | live | tasks of a chain that all wait for its head |
/// | fan-out | readers of one tensor that all wait for its writer |
/// | parts | tiles of one buffer whose writers all wait, read whole in the end |
/// | runs | runs side by side, of 100,000 tasks together |
/// | workers | workers, beyond the processors that there are |
///
/// Each figure is the time a task takes: the median over passes, in each of which all sizes have their turn.
/// It stands beside that of the size from which on nothing should change any more.
final class Growth {
  private static final int PASSES = 3;
  private static final int WARM_UP = 20_000;

  private final GrowingJobs jobs;
  private final boolean full;
  private final long turnNs;

  private Growth(Sluice sluice, boolean full) {
    this.jobs = new GrowingJobs(sluice);
    this.full = full;
    this.turnNs = full ? 150_000_000 : 60_000_000;
  }

  public static void main(String[] arguments) {
    boolean full = arguments[0].equals("full");
    streams(full);
    graphs(full);
    workers(full);
  }

  private static void streams(boolean full) {
    try (Sluice sluice = runtime(Peers.WORKER_COUNT).build()) {
      Growth growth = new Growth(sluice, full);
      GrowingJobs jobs = growth.jobs;
      growth.each(
          "stream",
          100_000,
          1_000_000,
          jobs::stream,
          1_000,
          10_000,
          100_000,
          1_000_000,
          10_000_000);
      growth.each("runs", 1, 1_000, jobs::sideBySide, 1, 10, 100, 1_000);
    }
  }

  /// Without a limit of tasks in flight, as all of a graph's are before the first one runs.
  private static void graphs(boolean full) {
    try (Sluice sluice = runtime(Peers.WORKER_COUNT).unlimitedInFlight().build()) {
      Growth growth = new Growth(sluice, full);
      GrowingJobs jobs = growth.jobs;
      growth.each("live", 1_000, 100_000, jobs::chain, 1, 10, 1_000, 100_000, 1_000_000);
      growth.each("fan-out", 1_000, 100_000, jobs::fanOut, 10, 1_000, 100_000, 1_000_000);
      growth.each("parts", 1_000, 10_000, jobs::parts, 100, 1_000, 10_000, 100_000);
    }
  }

  private static void workers(boolean full) {
    for (int count : new int[] {1, 2, 4, 16, 64}) {
      try (Sluice sluice = runtime(count).build()) {
        Growth growth = new Growth(sluice, full);
        double ns = growth.job(growth.jobs::stream, GrowingJobs.WHOLE);
        ProcessMeasurement.print(figure("workers", count), Peers.SLUICE, ns);
      }
    }
  }

  private static SluiceBuilder runtime(int workers) {
    return Sluice.builder()
        .heap(DataSize.mebibytes(1))
        .threads("cpu", workers)
        .blockingThreads(GrowingJobs.HEADS, 1)
        .noAllocationTimeout();
  }

  private static Figure figure(String what, int size) {
    return Figure.cost("growth", what + " " + size, "ns/task");
  }

  /// Does as many tasks as it says, of a graph of that size.
  interface Job {
    int run(int size);
  }

  private void each(String what, int base, int largestWhenQuick, Job job, Integer... allSizes) {
    List<Integer> sizes =
        List.of(allSizes).stream().filter(size -> full || size <= largestWhenQuick).toList();
    Samples[] samples = new Samples[sizes.size()];
    nsPerTask(job, Math.min(WARM_UP, sizes.getLast()));
    for (int pass = 0; pass < PASSES; pass++) {
      for (int i = 0; i < samples.length; i++) {
        samples[i] = samples[i] == null ? new Samples() : samples[i];
        samples[i].add(nsPerTask(job, sizes.get(i)));
      }
    }
    double baseNs = samples[sizes.indexOf(base)].median();
    for (int i = 0; i < samples.length; i++) {
      Figure figure = figure(what, sizes.get(i));
      ProcessMeasurement.print(figure, Peers.SLUICE, samples[i].median());
      if (sizes.get(i) > base) {
        ProcessMeasurement.print(figure, what + " " + base, baseNs);
      }
    }
  }

  private double job(Job job, int size) {
    nsPerTask(job, size);
    Samples samples = new Samples();
    for (int pass = 0; pass < PASSES; pass++) {
      samples.add(nsPerTask(job, size));
    }
    return samples.median();
  }

  /// In one turn, which ends with the first job that ends after its time.
  private double nsPerTask(Job job, int size) {
    long start = System.nanoTime();
    long taskCount = 0;
    do {
      taskCount += job.run(size);
    } while (System.nanoTime() - start < turnNs);
    return (System.nanoTime() - start) / (double) taskCount;
  }
}
