package io.sluice.examples.mnist;

import java.util.Iterator;
import java.util.List;

/// What the command line asks for.
///
/// @param quick one epoch instead of fifteen
/// @param json ends with a line of JSON; all else goes to the error stream
/// @param plain trains without Sluice
/// @param help only says what there is
/// @param processes whether worker processes compute, and not threads
/// @param workers threads or processes that compute
/// @param heapMebibytes the heap's size
record Options(
    boolean quick,
    boolean json,
    boolean plain,
    boolean help,
    boolean processes,
    int workers,
    int heapMebibytes) {
  private static final String PROCESSES = "processes";

  static final String USAGE =
      """
      usage: examples/run mnist [OPTION...]

        --quick       one epoch instead of fifteen
        --workers N   threads that compute, 1 to 64; as many as there are cores
        --workers processes
                      worker processes compute, as many as there are cores; processes:N for N
        --heap MIB    the heap's size in MiB, 1 to 1024; 4
        --plain       the same training as a plain loop, without Sluice
        --json        end with one line of JSON, and nothing else, on the standard output
        --help        this text
      """;

  /// A command line that can't be followed; the message says why.
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  static Options parse(String... arguments) throws UsageException {
    boolean quick = false;
    boolean json = false;
    boolean plain = false;
    boolean help = false;
    boolean processes = false;
    int workers = Runtime.getRuntime().availableProcessors();
    int heapMebibytes = 4;
    Iterator<String> rest = List.of(arguments).iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--quick" -> quick = true;
        case "--json" -> json = true;
        case "--plain" -> plain = true;
        case "--help" -> help = true;
        case "--workers" -> {
          String given = rest.hasNext() ? rest.next() : "";
          processes = given.startsWith(PROCESSES);
          workers = processes ? processCount(given) : number(option, given, 64);
        }
        case "--heap" -> heapMebibytes = number(option, rest, 1024);
        default -> throw new UsageException("unknown option '" + option + "'");
      }
    }
    return new Options(quick, json, plain, help, processes, workers, heapMebibytes);
  }

  private static int processCount(String given) throws UsageException {
    String count = given.substring(PROCESSES.length());
    return count.isEmpty()
        ? Runtime.getRuntime().availableProcessors()
        : number("--workers", count.substring(1), 64);
  }

  private static int number(String option, Iterator<String> rest, int most) throws UsageException {
    return number(option, rest.hasNext() ? rest.next() : "", most);
  }

  private static int number(String option, String given, int most) throws UsageException {
    if (given.isEmpty()) {
      throw notANumber(option, most, "nothing");
    }
    int number = given.matches("[0-9]{1,9}") ? Integer.parseInt(given) : 0;
    if (number < 1 || number > most) {
      throw notANumber(option, most, "'" + given + "'");
    }
    return number;
  }

  private static UsageException notANumber(String option, int most, String given) {
    return new UsageException(
        "%s needs a number from 1 to %d, was given %s".formatted(option, most, given));
  }
}
