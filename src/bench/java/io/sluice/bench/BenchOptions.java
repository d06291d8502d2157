package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the command line asks for.
///
/// @param quick one short round of the main contenders, in under three minutes
/// @param csv whether the table is printed as comma-separated values
/// @param publish whether the page on benchmarks is written, with its plots
/// @param profile whether JMH's measurements of Sluice say which of its parts the time went to
/// @param rounds how often each contender gets a JVM of its own, in turn with the others
/// @param only parts of the workloads' names; all if empty
/// @param collector the garbage collector's name, as in `-XX:+Use...GC`
/// @param endlessSeconds how long the endless stream runs
record BenchOptions(
    boolean quick,
    boolean csv,
    boolean publish,
    boolean profile,
    int rounds,
    List<String> only,
    String collector,
    int endlessSeconds) {
  static final String JAVA_HEAP = "-Xmx1g";

  private static final String USAGE =
      """
      usage: examples/run bench [--quick] [--csv] [--publish] [--profile] [--rounds N]
                                [--only NAME[,NAME...]]
                                [--collector G1|Parallel|Z] [--endless SECONDS]
        --quick      one short round of the main contenders, under three minutes
        --csv        print a header and one line a figure
        --publish    write docs/benchmarks.md and its plots; not with --quick, --only or less than 3 rounds
        --profile    print which parts of Sluice the time of a workload went to, and measure no peers;
                     its rates are slowed down by the flight recorder
        --rounds     JVMs a contender, in turn with the others; 3, or 1 with --quick
        --only       only workloads with such a name, as in W1,growth
        --collector  G1 by default
        --endless    how long the endless stream runs, 60 s by default, 3600 for the long look;
                     in the first round only
      """;

  BenchOptions {
    if (publish && (quick || profile || rounds < 3 || !only.isEmpty())) {
      throw new IllegalArgumentException(
          "--publish needs all workloads and at least 3 rounds; leave out --quick, --only,"
              + " --profile, --rounds\n"
              + USAGE);
    }
    only = List.copyOf(only);
  }

  boolean wants(String name) {
    return only.isEmpty()
        || only.stream().anyMatch(part -> name.toLowerCase(Locale.ROOT).contains(part));
  }

  /// Of each contender's JVM. Natively it calls the futex, and JMH's use of a deprecated class is no news.
  List<String> jvmArguments() {
    return List.of(
        JAVA_HEAP,
        "-XX:+Use" + collector + "GC",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
  }

  static BenchOptions parse(String[] arguments) {
    boolean quick = false;
    boolean csv = false;
    boolean publish = false;
    boolean profile = false;
    int rounds = 0;
    List<String> only = new ArrayList<>();
    String collector = "G1";
    int endlessSeconds = 60;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--quick" -> quick = true;
        case "--csv" -> csv = true;
        case "--publish" -> publish = true;
        case "--profile" -> profile = true;
        case "--rounds" -> rounds = positive(arguments, ++i);
        case "--only" ->
            only.addAll(List.of(value(arguments, ++i).toLowerCase(Locale.ROOT).split(",")));
        case "--collector" -> collector = oneOf(value(arguments, ++i), "G1", "Parallel", "Z");
        case "--endless" -> endlessSeconds = positive(arguments, ++i);
        case "--help" -> throw new IllegalArgumentException(USAGE);
        default -> throw new IllegalArgumentException("unknown: " + arguments[i] + "\n" + USAGE);
      }
    }
    return new BenchOptions(
        quick,
        csv,
        publish,
        profile,
        rounds > 0 ? rounds : quick || profile ? 1 : 3,
        only,
        collector,
        endlessSeconds);
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
        "--collector must be one of "
            + String.join(", ", allowed)
            + ", was "
            + given
            + "\n"
            + USAGE);
  }
}
