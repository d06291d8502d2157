package io.sluice.examples.jdkindex;

import java.util.Iterator;
import java.util.List;

/// What the command line asks for.
///
/// @param quick one module instead of all, and checks the index
/// @param check compares the index with that of a plain pass
/// @param json ends with a line of JSON; all else goes to the error stream
/// @param help only says what there is
/// @param workers threads that compute
/// @param heapMebibytes the heap's size
record Options(
    boolean quick, boolean check, boolean json, boolean help, int workers, int heapMebibytes) {
  static final String USAGE =
      """
      usage: examples/run jdkindex [OPTION...]

        --quick       the module java.xml alone; checks the index
        --check       compare the index with that of a plain loop on one thread
        --workers N   threads that compute, 1 to 64; as many as there are cores
        --heap MIB    the heap's size in MiB, 1 to 1024; 8
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
    boolean check = false;
    boolean json = false;
    boolean help = false;
    int workers = Runtime.getRuntime().availableProcessors();
    int heapMebibytes = 8;
    Iterator<String> rest = List.of(arguments).iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--quick" -> quick = true;
        case "--check" -> check = true;
        case "--json" -> json = true;
        case "--help" -> help = true;
        case "--workers" -> workers = number(option, rest, 64);
        case "--heap" -> heapMebibytes = number(option, rest, 1024);
        default -> throw new UsageException("unknown option '" + option + "'");
      }
    }
    return new Options(quick, check || quick, json, help, workers, heapMebibytes);
  }

  private static int number(String option, Iterator<String> rest, int most) throws UsageException {
    String given = rest.hasNext() ? rest.next() : "";
    int number = given.matches("[0-9]{1,9}") ? Integer.parseInt(given) : 0;
    if (number < 1 || number > most) {
      throw new UsageException(
          "%s needs a number from 1 to %d, was given '%s'".formatted(option, most, given));
    }
    return number;
  }
}
