package io.sluice.cli;

import io.sluice.Sluice;
import io.sluice.observe.Trace;
import io.sluice.observe.TraceRecorder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
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
    Kernels library = options.kernels();
    try (Sluice sluice = options.build(library);
        OutputStream lines = lines();
        TraceRecorder recorder = trace == null ? null : TraceRecorder.of(sluice)) {
      FileRun run = new FileRun(sluice, library, new TaskFile(file));
      RunReport report = run.run(lines, json ? null : consoles.err());
      if (lines != null) {
        lines.flush();
      }
      if (recorder != null && trace != null) {
        Trace recorded = recorder.trace();
        recorded.writeChromeJson(trace);
        consoles.err().print(recorded.summary());
      }
      report.printFailures(consoles.err());
      consoles.out().print(json ? report.json() : report.text());
      return report.exitCode();
    }
  }

  private @Nullable OutputStream lines() throws IOException {
    if (results != null) {
      return new BufferedOutputStream(Files.newOutputStream(results));
    }
    return json ? new Unclosed(consoles.out()) : null;
  }
}
