package io.sluice.bench;

/// One contender's turn at one workload, in a JVM of its own.
interface Measurement {
  /// For `--only`, and for those who wait.
  String name();

  void run(BenchOptions options, Results results) throws Exception;
}
