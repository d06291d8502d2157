package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Measures Sluice beside its peers, each contender in a JVM of its own, in turn, round after round.
///
/// Exit codes: 0; 1 if a contender failed, or came to something else than a plain loop; 2 for a command line
/// that can't be followed.
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) throws IOException {
    try {
      Results results = run(BenchOptions.parse(arguments), String.join(" ", arguments));
      if (!results.failures().isEmpty()) {
        System.err.println("failed: " + String.join(", ", results.failures()));
        System.exit(1);
      }
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(2);
    }
  }

  private static Results run(BenchOptions options, String commandLine) throws IOException {
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
          System.err.printf("%d/%d  %-32s ", round, options.rounds(), measurement.name());
          measure(measurement, options, results);
        }
      }
    }
    report(options, commandLine, results);
    return results;
  }

  /// The others go on when one fails.
  private static void measure(Measurement measurement, BenchOptions options, Results results) {
    OtherLoad otherLoad = new OtherLoad();
    long start = System.nanoTime();
    try {
      measurement.run(options, results);
    } catch (Exception failure) {
      failure.printStackTrace();
      results.failed(measurement.name());
    }
    double processors = otherLoad.processors();
    results.load(measurement.name(), processors);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.err.printf("%5.1f s, other load %.2f%n", seconds, processors);
  }

  private static void report(BenchOptions options, String commandLine, Results results)
      throws IOException {
    if (options.profile()) {
      return;
    }
    System.out.print(options.csv() ? Report.csv(results) : Report.table(results));
    if (options.publish()) {
      Path docs = Path.of(System.getProperty("bench.docs", "docs"));
      new Page(options, results).writeTo(docs, ("examples/run bench " + commandLine).strip());
    }
  }
}
