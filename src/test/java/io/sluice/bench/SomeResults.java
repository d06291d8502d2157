package io.sluice.bench;

import java.util.List;

/// Results of three rounds that nobody measured.
final class SomeResults {
  static final Figure W1 = Figure.rate("W1", "throughput", "tasks/s");
  static final Figure W5 = Figure.cost("W5", "p50", "us");

  private SomeResults() {}

  static Results make() {
    Results results = new Results();
    for (double share : List.of(0.9, 1.0, 1.3)) {
      results.add(W1, Peers.SLUICE, 3e6 * share);
      results.add(W1, Peers.FLAT_MAP, 1e6 * share);
      results.add(W1, Peers.FUTURE_FJP, 6e6 * share);
      results.add(W5, Peers.SLUICE, 10 * share);
      results.add(W5, WakeUp.PARK, 20 * share);
      results.add(Figure.cost("submission", "time per task", "ns"), Peers.SLUICE, 100 * share);
      results.add(Figure.cost("wake-up", "round trip p50", "us"), WakeUp.PARK, 20 * share);
      for (int size : new int[] {1_000, 100_000, 10_000_000}) {
        results.add(Figure.cost("growth", "stream " + size, "ns/task"), Peers.SLUICE, 300 * share);
      }
    }
    results.load("W1 <sluice>", 0.25);
    return results;
  }
}
