package io.sluice.bench;

import java.nio.file.Path;
import java.util.List;

/// Measures Sluice beside its peers, each contender in a JVM of its own, in turn, round after round.
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    try {
      run(BenchOptions.parse(arguments), String.join(" ", arguments));
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(2);
    }
  }

  private static void run(BenchOptions options, String commandLine) throws Exception {
    List<Measurement> plan = Plan.of(options);
    if (plan.isEmpty()) {
      throw new IllegalArgumentException(
          "no workload has a name like " + String.join(", ", options.only()));
    }
    System.err.println(Machine.describe(options));
    Results results = new Results();
    for (int round = 1; round <= options.rounds(); round++) {
      for (Measurement measurement : plan) {
        if (round == 1 || !measurement.isLong()) {
          measure(measurement, "%d/%d".formatted(round, options.rounds()), options, results);
        }
      }
    }
    System.out.print(options.csv() ? Report.csv(results) : Report.table(results));
    if (options.publish()) {
      Path docs = Path.of(System.getProperty("bench.docs", "docs"));
      new Page(options, results).writeTo(docs, ("examples/run bench " + commandLine).strip());
    }
  }

  private static void measure(
      Measurement measurement, String round, BenchOptions options, Results results)
      throws Exception {
    OtherLoad otherLoad = new OtherLoad();
    long start = System.nanoTime();
    measurement.run(options, results);
    results.load(measurement.name(), otherLoad.processors());
    System.err.printf(
        "%s  %-32s %5.1f s, other load %.2f%n",
        round, measurement.name(), (System.nanoTime() - start) / 1e9, otherLoad.processors());
  }
}
