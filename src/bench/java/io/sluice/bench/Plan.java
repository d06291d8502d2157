package io.sluice.bench;

import io.sluice.examples.mnist.MnistRace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.Result;

/// What is measured, in which order.
final class Plan {
  private static final String RATE = "throughput";
  private static final List<String> FEW = List.of(Peers.SLUICE, Peers.FLAT_MAP, Peers.FUTURE_FJP);
  private static final List<String> FOUR =
      List.of(Peers.SLUICE, Peers.FLAT_MAP, Peers.REACTOR_FJP, Peers.FUTURE_FJP);

  /// A million waiting tasks with what the user holds of them.
  private static final List<String> MILLION_TASKS = List.of("-Xmx3g");

  private final List<Measurement> measurements = new ArrayList<>();
  private final BenchOptions options;

  private Plan(BenchOptions options) {
    this.options = options;
  }

  static List<Measurement> of(BenchOptions options) {
    Plan plan = new Plan(options);
    plan.throughput();
    plan.latency();
    plan.layouts();
    plan.kernels();
    plan.processes();
    if (!plan.measurements.isEmpty() && !options.profile()) {
      plan.references();
    }
    return plan.measurements;
  }

  private void add(Measurement measurement) {
    if (options.wants(measurement.name()) && (measurement.isProfiled() || !options.profile())) {
      measurements.add(measurement);
    }
  }

  private void addJmh(
      String workload, Class<?> benchmark, String contender, JmhMeasurement.Reading reading) {
    add(new JmhMeasurement(workload, benchmark, Map.of("contender", contender), reading));
  }

  /// In each run, and first: what is measured later has wake-ups in it.
  private void references() {
    Figure figure = Figure.cost("wake-up", "round trip p50", "us");
    if (Signal.hasFutex()) {
      measurements.addFirst(reference("wake-up", WakeUp.FUTEX, figure));
    }
    measurements.addFirst(reference("wake-up", WakeUp.PARK, figure));
  }

  private static Measurement reference(String workload, String way, Figure figure) {
    return new JmhMeasurement(
        workload,
        WakeUp.class,
        Map.of("contender", way),
        (measured, results) -> results.add(figure, way, percentileUs(measured, 50)));
  }

  private static double percentileUs(Result<?> measured, double percent) {
    return measured.getStatistics().getPercentile(percent) / 1e3;
  }

  private void throughput() {
    rates("W1", IndependentTasks.class, FOUR);
    if (!options.quick()) {
      rates(
          "W1",
          IndependentTasks.class,
          List.of(Peers.THREAD_POOL, Peers.VIRTUAL, Workload.FEW_IN_FLIGHT));
      rates("W2", ChainedTasks.class, List.of(Workload.FEW_IN_FLIGHT));
      rates("W3", DiamondTasks.class, List.of(Workload.FEW_IN_FLIGHT));
    }
    rates("W2", ChainedTasks.class, withFirstPeer(Peers.CONCAT_MAP));
    rates("W3", DiamondTasks.class, withFirstPeer(Peers.WHEN));
    rates("W4", SlabTasks.class, contenders(FOUR, FEW));
    rates("W6", Stragglers.class, List.of(Peers.SLUICE, Stragglers.WITHOUT));
    rates("W9", RareLongKernels.class, contenders(FOUR, FEW));
  }

  private List<String> contenders(List<String> all, List<String> whenQuick) {
    return options.quick() ? whenQuick : all;
  }

  private static List<String> withFirstPeer(String peer) {
    return List.of(Peers.SLUICE, peer, Peers.REACTOR_FJP, Peers.FUTURE_FJP);
  }

  private void rates(String workload, Class<?> benchmark, List<String> contenders) {
    Figure figure = Figure.rate(workload, RATE, "tasks/s");
    for (String contender : contenders) {
      addJmh(
          workload,
          benchmark,
          contender,
          (measured, results) -> results.add(figure, contender, measured.getScore()));
    }
  }

  private void latency() {
    add(reference("W5", WakeUp.PARK, Figure.cost("W5", "p50", "us")));
    for (String contender : FOUR) {
      oneTask(contender, contender, "");
    }
    oneTask(SingleTask.ON_CALLER, Peers.SLUICE, " on the caller");
    if (!options.quick()) {
      for (String contender : List.of(Peers.THREAD_POOL, Peers.VIRTUAL, Peers.DISRUPTOR)) {
        oneTask(contender, contender, "");
      }
    }
    Figure submission = Figure.cost("submission", "time per task", "ns");
    for (String contender :
        contenders(
            List.of(Peers.SLUICE, Peers.FUTURE_FJP, Peers.THREAD_POOL), List.of(Peers.SLUICE))) {
      addJmh(
          "submission",
          Submission.class,
          contender,
          (measured, results) -> results.add(submission, contender, measured.getScore()));
    }
  }

  private void oneTask(String contender, String column, String where) {
    int tasks = SingleTask.tasksPerSample(contender);
    addJmh(
        "W5",
        SingleTask.class,
        contender,
        (measured, results) -> {
          for (int percent : new int[] {50, 99}) {
            results.add(
                Figure.cost("W5", "p" + percent + where, "us"),
                column,
                percentileUs(measured, percent) / tasks);
          }
        });
  }

  private void layouts() {
    List<String> layouts = List.of("rows", "columns", "tiles");
    addJmh(
        "W7",
        IndependentTasks.class,
        Peers.SLUICE,
        (measured, results) ->
            layouts.forEach(
                layout ->
                    results.add(Figure.rate("W7", layout, "tasks/s"), "W1", measured.getScore())));
    for (String layout : layouts) {
      Figure figure = Figure.rate("W7", layout, "tasks/s");
      for (String contender : contenders(FOUR, List.of(Peers.SLUICE))) {
        add(
            new JmhMeasurement(
                "W7",
                BufferLayouts.class,
                ordered("contender", contender, "layout", layout),
                (measured, results) -> results.add(figure, contender, measured.getScore())));
      }
    }
  }

  private static Map<String, String> ordered(
      String key, String value, String otherKey, String otherValue) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(key, value);
    map.put(otherKey, otherValue);
    return map;
  }

  private void kernels() {
    for (int us : new int[] {1, 5, 50}) {
      Figure figure = Figure.rate("W8", us + " us kernels", "share of 2 workers");
      List<String> few = us == 5 ? FEW : List.of(Peers.SLUICE);
      for (String contender : contenders(FOUR, few)) {
        add(
            new JmhMeasurement(
                "W8",
                KernelShare.class,
                ordered("contender", contender, "kernelUs", Integer.toString(us)),
                (measured, results) ->
                    results.add(figure, contender, KernelShare.share(measured.getScore(), us))));
      }
    }
  }

  private void processes() {
    String length = options.quick() ? "quick" : "full";
    add(new ProcessMeasurement("growth", Growth.class, MILLION_TASKS, List.of(length)));
    add(process("memory", EngineMemory.class));
    add(process("copy", CopyKernel.class, length));
    add(
        new ProcessMeasurement(
            "processes",
            WorkerProcesses.class,
            List.of("--enable-native-access=ALL-UNNAMED"),
            List.of(length)));
    add(process("recording", Recording.class, length));
    add(process("mnist", MnistRace.class, length));
    add(
        new ProcessMeasurement(
            "endless",
            EndlessStream.class,
            List.of("-Xmx64m"),
            List.of(Integer.toString(options.endlessSeconds()))));
  }

  private static Measurement process(String workload, Class<?> main, String... arguments) {
    return new ProcessMeasurement(workload, main, List.of(), List.of(arguments));
  }
}
