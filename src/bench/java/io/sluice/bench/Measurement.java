package io.sluice.bench;

/// One contender's turn at one workload, in a JVM of its own.
interface Measurement {
  /// For `--only`, and for those who wait.
  String name();

  /// Whether once is enough, however many rounds there are.
  default boolean isLong() {
    return false;
  }

  /// Whether it can tell which part of Sluice its time went to.
  default boolean isProfiled() {
    return false;
  }

  void run(BenchOptions options, Results results) throws Exception;
}
