package io.sluice.sim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Runs many programs, one a seed.
public final class Simulator {
  private Simulator() {}

  /// Runs the programs of the seeds from `from` to `to`, without `to`.
  static Situations run(long from, long to) {
    Situations situations = new Situations();
    for (long seed = from; seed < to; seed++) {
      Simulation.run(seed, situations, false);
    }
    return situations;
  }

  /// The message of the first failure among the programs of these seeds, if there is one.
  public static Optional<String> firstFailure(long from, long to) {
    try {
      var _ = run(from, to);
      return Optional.empty();
    } catch (AssertionError failure) {
      return Optional.of(failure.getMessage());
    }
  }

  /// The first message of a wrong byte among the programs of these seeds, if there is one, when
  /// nothing else is checked.
  public static Optional<String> firstWrongByte(long from, long to) {
    for (long seed = from; seed < to; seed++) {
      try {
        Simulation.run(seed, new Situations(), true);
      } catch (AssertionError failure) {
        if (failure.getMessage().contains("law 1: ")) {
          return Optional.of(failure.getMessage());
        }
      }
    }
    return Optional.empty();
  }

  /// Arguments: first seed, one past the last one. Tells how often each law was broken.
  public static void main(String... arguments) {
    if (arguments.length == 1) {
      System.out.println(run(Long.parseLong(arguments[0]), Long.parseLong(arguments[0]) + 1));
      return;
    }
    Situations situations = new Situations();
    Map<String, Integer> failures = new LinkedHashMap<>();
    for (long seed = Long.parseLong(arguments[0]); seed < Long.parseLong(arguments[1]); seed++) {
      try {
        Simulation.run(seed, situations, false);
      } catch (AssertionError failure) {
        String[] lines = failure.getMessage().split("\n", 2);
        String kind = lines[0].replaceAll("[0-9]+", "N");
        kind = kind.substring(kind.indexOf(": "), Math.min(kind.length(), kind.indexOf(": ") + 50));
        if (failures.merge(kind, 1, Integer::sum) == 1) {
          System.out.println(lines[0]);
        }
      }
    }
    System.out.println(situations);
    System.out.println(failures);
  }
}
