package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// What Sluice is to reach: for each figure, what it must, and what it reaches for.
final class Aims {
  private static final String RATE = "throughput";

  private final Results results;
  private final List<Aim> measured = new ArrayList<>();

  /// An aim beside what was measured.
  ///
  /// @param must at least, or at most where less is better; not a number if it need not
  /// @param far what it reaches for, or not a number
  record Aim(String figure, double value, boolean higherIsBetter, double must, double far) {

    String met() {
      return Double.isNaN(must) ? "" : meets(must) ? "yes" : "**no**";
    }

    String metFar() {
      return Double.isNaN(far) ? "" : meets(far) ? "yes" : "no";
    }

    private boolean meets(double limit) {
      return higherIsBetter ? value >= limit : value <= limit;
    }

    String row() {
      String sign = higherIsBetter ? "≥ " : "≤ ";
      return String.format(
          Locale.ROOT,
          "| %s | %s | %s | %s | %s | %s |%n",
          figure,
          Figure.text(value),
          Double.isNaN(must) ? "" : sign + Figure.text(must),
          met(),
          Double.isNaN(far) ? "" : sign + Figure.text(far),
          metFar());
    }
  }

  private Aims(Results results) {
    this.results = results;
  }

  /// Those of which all figures were measured.
  static List<Aim> of(Results results) {
    Aims aims = new Aims(results);
    aims.throughput();
    aims.slabs();
    aims.latency();
    aims.layouts();
    aims.kernels();
    aims.memory();
    aims.work();
    aims.growth();
    aims.processes();
    return aims.measured;
  }

  private void throughput() {
    atLeast("W1, tasks/s", own("W1", RATE), 2.5e6, 5e6);
    atLeast("W1 by `flatMap-parallel`", by("W1", RATE, Peers.FLAT_MAP), 2, Double.NaN);
    atLeast("W1 by `completablefuture-fjp`", by("W1", RATE, Peers.FUTURE_FJP), Double.NaN, 1);
    atLeast("W2, tasks/s", own("W2", RATE), 3e6, 6e6);
    atLeast("W2 by `reactor-fjp`", by("W2", RATE, Peers.REACTOR_FJP), 0.8, Double.NaN);
    atLeast("W2 by `completablefuture-fjp`", by("W2", RATE, Peers.FUTURE_FJP), Double.NaN, 1);
    atLeast("W3, tasks/s", own("W3", RATE), 2.5e6, 5e6);
    atLeast("W3 by `reactor-fjp`", by("W3", RATE, Peers.REACTOR_FJP), 0.6, Double.NaN);
    atLeast("W3 by `completablefuture-fjp`", by("W3", RATE, Peers.FUTURE_FJP), Double.NaN, 1.5);
  }

  private void slabs() {
    atLeast("W4, tasks/s", own("W4", RATE), 1.5e6, 3e6);
    atLeast("W6 by W4", ratio(own("W6", RATE), own("W4", RATE)), 0.8, 0.95);
  }

  private void latency() {
    atMost("W5 p50 by a park/unpark round trip", by("W5", "p50", WakeUp.PARK), 1.2, Double.NaN);
    atMost("W5 p50, µs", own("W5", "p50"), Double.NaN, 15);
    atMost("W5 p50 on the caller, µs", own("W5", "p50 on the caller"), Double.NaN, 3);
    atMost("submission, ns", own("submission", "time per task"), 250, 120);
  }

  private void layouts() {
    for (String layout : List.of("rows", "columns", "tiles")) {
      OptionalDouble independent = results.median("W7", layout, "W1");
      atMost("W7 " + layout + ", time by W1's", ratio(independent, own("W7", layout)), 3, 1.5);
    }
  }

  private void kernels() {
    atLeast("W8, 5 µs kernels, share", own("W8", "5 us kernels"), 0.80, 0.90);
    atLeast("W8, 50 µs kernels, share", own("W8", "50 us kernels"), 0.95, 0.98);
  }

  private void memory() {
    atMost("engine bytes per live task", own("memory", "engine bytes per live task"), 140, 96);
    atMost("engine garbage per task, bytes", own("memory", "engine garbage per task"), 64, 48);
  }

  private void work() {
    OptionalDouble loop = results.median("mnist", "1 worker", "plain-loop");
    atMost(
        "mnist, 1 worker, time by the loop's", ratio(own("mnist", "1 worker"), loop), 1.05, 1.02);
    OptionalDouble loopThen = results.median("mnist", "2 workers", "plain-loop");
    atLeast("mnist, 2 workers, times faster", ratio(loopThen, own("mnist", "2 workers")), 1.8, 1.9);
  }

  private void growth() {
    OptionalDouble most = own("growth", "stream 10000000");
    double limit = 1.2;
    atMost("10^7 tasks by 10^5", ratio(most, own("growth", "stream 100000")), limit, Double.NaN);
    atMost("10^7 tasks by 10^4", ratio(most, own("growth", "stream 10000")), Double.NaN, limit);
  }

  private void processes() {
    atMost(
        "process, round trip by a bare futex",
        by("processes", "round trip, the least", "futex"),
        2,
        1.2);
    atLeast("process, empty tasks/s", own("processes", "empty tasks"), 100_000, Double.NaN);
    atLeast("process, copy by a thread's", by("processes", "copy of 64 MiB", "thread"), 0.9, 1);
  }

  private OptionalDouble own(String workload, String name) {
    return results.median(workload, name, Peers.SLUICE);
  }

  private OptionalDouble by(String workload, String name, String peer) {
    return ratio(own(workload, name), results.median(workload, name, peer));
  }

  private static OptionalDouble ratio(OptionalDouble value, OptionalDouble other) {
    return value.isPresent() && other.isPresent()
        ? OptionalDouble.of(value.getAsDouble() / other.getAsDouble())
        : OptionalDouble.empty();
  }

  private void atLeast(String figure, OptionalDouble value, double must, double far) {
    value.ifPresent(it -> measured.add(new Aim(figure, it, true, must, far)));
  }

  private void atMost(String figure, OptionalDouble value, double must, double far) {
    value.ifPresent(it -> measured.add(new Aim(figure, it, false, must, far)));
  }
}
