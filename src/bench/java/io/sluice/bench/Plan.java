package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.Result;

/// What is measured, in which order.
final class Plan {
  private static final List<String> MAIN_PEERS =
      List.of(Peers.SLUICE, Peers.FLAT_MAP, Peers.REACTOR_FJP, Peers.FUTURE_FJP);

  private final List<Measurement> measurements = new ArrayList<>();
  private final BenchOptions options;

  private Plan(BenchOptions options) {
    this.options = options;
  }

  static List<Measurement> of(BenchOptions options) {
    Plan plan = new Plan(options);
    plan.references();
    plan.throughput();
    plan.latency();
    plan.layouts();
    plan.kernels();
    plan.processes();
    return plan.measurements;
  }

  private void add(Measurement measurement) {
    if (options.wants(measurement.name())) {
      measurements.add(measurement);
    }
  }

  private void references() {
    Figure p50 = Figure.time("wake-up", "round trip p50", "us");
    add(
        new JmhMeasurement(
            "wake-up",
            WakeUp.class,
            "",
            "",
            (measured, results) -> results.add(p50, "park", percentileUs(measured, 50))));
  }

  private static double percentileUs(Result<?> measured, double percent) {
    return measured.getStatistics().getPercentile(percent) / 1e3;
  }

  private void throughput() {
    rates("W1", IndependentTasks.class, MAIN_PEERS);
    if (!options.quick()) {
      rates("W1", IndependentTasks.class, List.of(Peers.THREAD_POOL, Peers.VIRTUAL));
    }
    rates("W2", ChainedTasks.class, MAIN_PEERS);
    rates("W3", DiamondTasks.class, MAIN_PEERS);
    rates("W4", SlabTasks.class, MAIN_PEERS);
    rates("W6", Stragglers.class, List.of(Peers.SLUICE, "without-stragglers"));
    rates("W9", RareLongKernels.class, MAIN_PEERS);
  }

  private void rates(String workload, Class<?> benchmark, List<String> contenders) {
    Figure figure = Figure.rate(workload);
    for (String contender : contenders) {
      add(
          new JmhMeasurement(
              workload,
              benchmark,
              contender,
              "",
              (measured, results) -> results.add(figure, contender, measured.getScore())));
    }
  }

  private void latency() {
    for (String contender :
        List.of(
            Peers.SLUICE,
            "sluice-on-caller",
            Peers.FLAT_MAP,
            Peers.REACTOR_FJP,
            Peers.FUTURE_FJP)) {
      int tasks = SingleTask.tasksPerSample(contender);
      add(
          new JmhMeasurement(
              "W5",
              SingleTask.class,
              contender,
              "",
              (measured, results) -> {
                results.add(
                    Figure.time("W5", "p50", "us"), contender, percentileUs(measured, 50) / tasks);
                results.add(
                    Figure.time("W5", "p99", "us"), contender, percentileUs(measured, 99) / tasks);
              }));
    }
    Figure submission = Figure.time("submission", "time per task", "ns");
    add(
        new JmhMeasurement(
            "submission",
            Submission.class,
            "",
            "",
            (measured, results) -> results.add(submission, Peers.SLUICE, measured.getScore())));
  }

  private void layouts() {
    for (String layout : List.of("rows", "columns", "tiles")) {
      Figure figure = new Figure("W7", layout, "tasks/s", true);
      add(
          new JmhMeasurement(
              "W7",
              BufferLayouts.class,
              layout,
              "",
              (measured, results) -> results.add(figure, Peers.SLUICE, measured.getScore())));
    }
  }

  private void kernels() {
    for (int us : options.quick() ? new int[] {5} : new int[] {1, 5, 50}) {
      Figure figure = new Figure("W8", us + " us kernels", "share of 2 workers", true);
      for (String contender : MAIN_PEERS) {
        add(
            new JmhMeasurement(
                "W8",
                KernelShare.class,
                contender,
                "kernelUs=" + us,
                (measured, results) ->
                    results.add(figure, contender, KernelShare.share(measured.getScore(), us))));
      }
    }
  }

  private void processes() {
    String length = options.quick() ? "quick" : "full";
    add(new ProcessMeasurement("growth", Growth.class, List.of(length)));
    add(new ProcessMeasurement("memory", EngineMemory.class, List.of()));
    add(new ProcessMeasurement("copy", CopyKernel.class, List.of(length)));
    add(
        new ProcessMeasurement(
            "endless", EndlessStream.class, List.of(Integer.toString(options.endlessSeconds()))));
  }
}
