package io.sluice.sim;

import java.util.List;
import java.util.SplittableRandom;

/// All chance of one simulation; the same seed throws the same numbers on every machine.
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /// From 0 to `bound`, without `bound`.
  int below(int bound) {
    return random.nextInt(bound);
  }

  /// From `from` to `to`, both included.
  int between(int from, int to) {
    return from + random.nextInt(to - from + 1);
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  <T> T pick(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  @SafeVarargs
  final <T> T pickOf(T... some) {
    return some[random.nextInt(some.length)];
  }

  /// From `from` to `to`, each power of two equally likely.
  int logBetween(int from, int to) {
    double log = Math.log(from) + random.nextDouble() * (Math.log(to + 1) - Math.log(from));
    return Math.clamp((long) Math.exp(log), from, to);
  }
}
