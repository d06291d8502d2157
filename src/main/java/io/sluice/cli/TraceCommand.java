package io.sluice.cli;

import io.sluice.Sluice;
import io.sluice.observe.CriticalPath;
import io.sluice.observe.Trace;
import io.sluice.observe.TraceRecorder;
import io.sluice.observe.TracedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice trace`: what happens in a run, for Perfetto.
@Command(
    name = "trace",
    description = "Runs the tasks of a file and records a trace, which ui.perfetto.dev opens.",
    mixinStandardHelpOptions = true)
final class TraceCommand implements Callable<Integer> {
  private static final int SHOWN = 20;

  private final Consoles consoles;

  @Mixin private RuntimeOptions options = new RuntimeOptions();

  @Parameters(paramLabel = "FILE.ndjson", description = "Tasks as lines; - for the standard input.")
  private String file = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "trace.json",
      description = "Where the trace is written to; ${DEFAULT-VALUE} by default.")
  private Path output = Path.of("trace.json");

  @Option(
      names = "--events",
      paramLabel = "COUNT",
      defaultValue = "4194304",
      description = "How many events are kept, the newest; a task makes 6 to 8. ${DEFAULT-VALUE}.")
  private int events;

  @Option(names = "--json", description = "Print the summary as JSON.")
  private boolean json;

  TraceCommand(Consoles consoles) {
    this.consoles = consoles;
  }

  @Override
  public Integer call() throws IOException {
    Kernels library = options.kernels();
    try (Sluice sluice = options.build(library);
        TraceRecorder recorder = TraceRecorder.of(sluice, events)) {
      RunReport report =
          new FileRun(sluice, library, new TaskFile(file)).run(null, json ? null : consoles.err());
      Trace trace = recorder.trace();
      trace.writeChromeJson(output);
      report.printFailures(consoles.err());
      consoles.out().print(json ? report.json() : text(report, trace));
      return report.exitCode();
    }
  }

  private String text(RunReport report, Trace trace) {
    return report.text()
        + trace.summary()
        + path(trace.criticalPath())
        + "written to "
        + output
        + "\n";
  }

  private static String path(CriticalPath path) {
    StringBuilder text = new StringBuilder();
    path.tasks().stream()
        .limit(SHOWN)
        .forEach(task -> text.append("  ").append(step(task)).append('\n'));
    if (path.tasks().size() > SHOWN) {
      text.append("  and ").append(path.tasks().size() - SHOWN).append(" more\n");
    }
    return "on the critical path:\n" + text;
  }

  private static String step(TracedTask task) {
    return task.id() + " " + task.name() + "  " + task.runTimeNs() / 1_000 + " us";
  }
}
