package io.sluice.cli;

import io.sluice.Sluice;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice run`: tasks of a file, here.
@Command(
    name = "run",
    description = "Runs the tasks of a file, one JSON object a line, in this process.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private final Consoles consoles;

  @Mixin private RuntimeOptions options = new RuntimeOptions();

  @Parameters(paramLabel = "FILE.ndjson", description = "Tasks as lines; - for the standard input.")
  private String file = "";

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "Write a line for each task, with the bytes that it yields.")
  private @Nullable Path results;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Record a trace, for ui.perfetto.dev and 'sluice graph'.")
  private @Nullable Path trace;

  @Option(
      names = "--json",
      description = "Print a line of JSON for each task and one for the summary, and no progress.")
  private boolean json;

  RunCommand(Consoles consoles) {
    this.consoles = consoles;
  }

  @Override
  public Integer call() throws IOException {
    return json ? JsonOutput.of(consoles.out(), this::run) : run();
  }

  private int run() throws IOException {
    TaskFile tasks = new TaskFile(file);
    tasks.check();
    OutputFile resultFile = checked("--results", results, tasks);
    OutputFile traceFile = checked("--trace", trace, tasks);
    if (traceFile != null && results != null) {
      traceFile.checkIsNot(results, "the file of the results");
    }
    Kernels library = options.kernels();
    try (Sluice sluice = options.build(library)) {
      RunReport report =
          recorded(sluice, traceFile, new FileRun(sluice, library, tasks), resultFile);
      report.printFailures(consoles.err());
      print(report);
      return report.exitCode();
    }
  }

  private void print(RunReport report) {
    if (json) {
      ConsoleOutput.print(consoles.out(), report.json());
    } else {
      consoles.out().print(report.text());
    }
  }

  private RunReport recorded(
      Sluice sluice, @Nullable OutputFile traceFile, FileRun run, @Nullable OutputFile resultFile)
      throws IOException {
    if (traceFile == null) {
      return run(run, resultFile);
    }
    Recording recording = new Recording(sluice, traceFile, TraceSize.ofThisProcess().events(null));
    try {
      try (recording) {
        return run(run, resultFile);
      }
    } finally {
      consoles.err().print(recording.summary());
    }
  }

  private static @Nullable OutputFile checked(String option, @Nullable Path path, TaskFile tasks)
      throws IOException {
    if (path == null) {
      return null;
    }
    OutputFile file = new OutputFile(option, path);
    file.check();
    tasks.checkIsNot(file);
    return file;
  }

  private RunReport run(FileRun run, @Nullable OutputFile resultFile) throws IOException {
    PrintStream bar = json ? null : consoles.err();
    try (OutputStream lines = lines(resultFile)) {
      return run.run(lines, bar, consoles.interruption());
    }
  }

  private @Nullable OutputStream lines(@Nullable OutputFile resultFile) throws IOException {
    if (resultFile != null) {
      return resultFile.open();
    }
    return json ? ConsoleOutput.of(consoles.out()) : null;
  }
}
