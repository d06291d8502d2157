package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the command line asks for.
///
/// @param quick one short round of the main contenders, in under three minutes
/// @param csv whether the table is printed as comma-separated values
/// @param rounds how often each contender gets a JVM of its own, in turn with the others
/// @param only parts of the workloads' names; all if empty
/// @param collector the garbage collector's name, as in `-XX:+Use...GC`
/// @param endlessSeconds how long the endless stream runs
record BenchOptions(
    boolean quick,
    boolean csv,
    int rounds,
    List<String> only,
    String collector,
    int endlessSeconds) {
  private static final String USAGE =
      """
      usage: examples/run bench [--quick] [--csv] [--rounds N] [--only NAME[,NAME...]]
                                [--collector G1|Parallel|Z] [--endless SECONDS]
        --quick      one short round of the main contenders, under three minutes
        --csv        print a header and one line a figure
        --rounds     JVMs a contender, in turn with the others; 3, or 1 with --quick
        --only       only workloads with such a name, as in W1,growth
        --collector  G1 by default
        --endless    how long the endless stream runs; 60 s by default
      """;

  boolean wants(String name) {
    return only.isEmpty()
        || only.stream().anyMatch(part -> name.toLowerCase(Locale.ROOT).contains(part));
  }

  /// Of each contender's JVM. JMH's own use of a deprecated class is no news.
  List<String> jvmArguments() {
    return List.of(
        "-Xmx1g", "-XX:+Use" + collector + "GC", "--sun-misc-unsafe-memory-access=allow");
  }

  static BenchOptions parse(String[] arguments) {
    boolean quick = false;
    boolean csv = false;
    int rounds = 0;
    List<String> only = new ArrayList<>();
    String collector = "G1";
    int endlessSeconds = 60;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--quick" -> quick = true;
        case "--csv" -> csv = true;
        case "--rounds" -> rounds = positive(arguments, ++i);
        case "--only" ->
            only.addAll(List.of(value(arguments, ++i).toLowerCase(Locale.ROOT).split(",")));
        case "--collector" -> collector = oneOf(value(arguments, ++i), "G1", "Parallel", "Z");
        case "--endless" -> endlessSeconds = positive(arguments, ++i);
        default -> throw new IllegalArgumentException("unknown: " + arguments[i] + "\n" + USAGE);
      }
    }
    return new BenchOptions(
        quick, csv, rounds > 0 ? rounds : quick ? 1 : 3, only, collector, endlessSeconds);
  }

  private static String value(String[] arguments, int index) {
    if (index == arguments.length) {
      throw new IllegalArgumentException(arguments[index - 1] + " needs a value\n" + USAGE);
    }
    return arguments[index];
  }

  private static int positive(String[] arguments, int index) {
    String given = value(arguments, index);
    if (!given.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          arguments[index - 1] + " needs a whole number above 0, was " + given + "\n" + USAGE);
    }
    return Integer.parseInt(given);
  }

  private static String oneOf(String given, String... allowed) {
    for (String one : allowed) {
      if (one.equals(given)) {
        return one;
      }
    }
    throw new IllegalArgumentException(
        "--collector must be one of " + String.join(", ", allowed) + ", was " + given);
  }
}
