package io.sluice.cli;

import io.sluice.Sluice;
import io.sluice.observe.CriticalPath;
import io.sluice.observe.Trace;
import io.sluice.observe.TracedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      description = {
        "How many events are kept, the newest; a task makes 6 to 8.",
        "As many as fit into half of the JVM's memory by default, 4194304 at most."
      })
  private @Nullable Integer events;

  @Option(
      names = "--json",
      description = "Print the summaries of run and trace as JSON, and no progress.")
  private boolean json;

  TraceCommand(Consoles consoles) {
    this.consoles = consoles;
  }

  @Override
  public Integer call() throws IOException {
    return json ? JsonOutput.of(consoles.out(), this::run) : run();
  }

  private int run() throws IOException {
    TaskFile tasks = new TaskFile(file);
    tasks.check();
    OutputFile written = new OutputFile("-o", output);
    written.check();
    tasks.checkIsNot(written);
    int kept = TraceSize.ofThisProcess().events(events);
    Kernels library = options.kernels();
    try (Sluice sluice = options.build(library)) {
      Recording recording = new Recording(sluice, written, kept);
      RunReport report = recorded(recording, new FileRun(sluice, library, tasks));
      Trace trace = recording.trace();
      report.printFailures(consoles.err());
      print(report, trace);
      return report.exitCode();
    }
  }

  private void print(RunReport report, Trace trace) throws IOException {
    if (json) {
      ConsoleOutput.print(consoles.out(), TraceJson.of(report, trace, output));
    } else {
      consoles.out().print(text(report, trace));
    }
  }

  private RunReport recorded(Recording recording, FileRun run) throws IOException {
    boolean whole = false;
    try (recording) {
      RunReport report = run.run(null, json ? null : consoles.err(), consoles.interruption());
      whole = true;
      return report;
    } finally {
      if (!whole && recording.isWritten()) {
        consoles.err().println("what was recorded until then is in " + output);
      }
    }
  }

  private String text(RunReport report, Trace trace) {
    return report.text()
        + Printable.summary(trace)
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
    return task.id() + " " + Printable.of(task.name()) + "  " + task.runTimeNs() / 1_000 + " us";
  }
}
