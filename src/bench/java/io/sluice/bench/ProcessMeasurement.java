package io.sluice.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A measurement by a whole process: a main class that prints a line for each figure.
///
/// ```
/// workload <tab> figure <tab> unit <tab> higher|lower <tab> contender <tab> value
/// ```
///
/// @param jvmArguments beside those of all others
public record ProcessMeasurement(
    String workload, Class<?> main, List<String> jvmArguments, List<String> arguments)
    implements Measurement {

  /// Prints a figure, in the process that has it.
  public static void print(Figure figure, String contender, double value) {
    System.out.println(
        String.join(
            "\t",
            figure.workload(),
            figure.name(),
            figure.unit(),
            figure.higherIsBetter() ? "higher" : "lower",
            contender,
            Double.toString(value)));
  }

  @Override
  public String name() {
    return (workload + " " + String.join(" ", arguments)).strip();
  }

  @Override
  public boolean isLong() {
    return main == EndlessStream.class;
  }

  @Override
  public void run(BenchOptions options, Results results) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(options)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (InputStream out = process.getInputStream()) {
      String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(name() + " ended with " + process.exitValue());
      }
      printed.lines().map(line -> line.split("\t")).forEach(cells -> take(cells, results));
    }
  }

  private List<String> command(BenchOptions options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options.jvmArguments());
    command.addAll(jvmArguments);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add("-Dexample.home=" + System.getProperty("example.home", "."));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    return command;
  }

  static void take(String[] cells, Results results) {
    if (cells.length == 6) {
      results.add(
          new Figure(cells[0], cells[1], cells[2], cells[3].equals("higher")),
          cells[4],
          Double.parseDouble(cells[5]));
    }
  }
}
