package io.sluice.bench;

import java.util.List;

/// Measures Sluice beside its peers, each contender in a JVM of its own, in turn, round after round.
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    BenchOptions options;
    try {
      options = BenchOptions.parse(arguments);
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(2);
      return;
    }
    List<Measurement> plan = Plan.of(options);
    if (plan.isEmpty()) {
      System.err.println("no workload has a name like " + String.join(", ", options.only()));
      System.exit(2);
    }
    System.err.println(Machine.describe(options));
    Results results = new Results();
    for (int round = 1; round <= options.rounds(); round++) {
      for (Measurement measurement : plan) {
        System.err.printf(
            "round %d of %d, load %.1f: %s%n",
            round, options.rounds(), Machine.load(), measurement.name());
        measurement.run(options, results);
      }
    }
    System.out.print(options.csv() ? Report.csv(results) : Report.table(results));
    System.err.printf("load at the end %.1f%n", Machine.load());
  }
}
