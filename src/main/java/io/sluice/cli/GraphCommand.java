package io.sluice.cli;

import io.sluice.observe.Trace;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice graph`: the graph of a recorded run.
@Command(
    name = "graph",
    description =
        "Writes the graph of a recorded run in the DOT language, the critical path in red.",
    mixinStandardHelpOptions = true)
final class GraphCommand implements Callable<Integer> {
  private final Consoles consoles;

  @Parameters(
      paramLabel = "TRACE.json",
      description = "What 'sluice trace' or 'sluice run --trace' wrote.")
  private Path file = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the graph is written to; the standard output by default.")
  private @Nullable Path output;

  @Option(names = "--json", description = "Print tasks, arrows and critical path as JSON instead.")
  private boolean json;

  GraphCommand(Consoles consoles) {
    this.consoles = consoles;
  }

  @Override
  public Integer call() throws IOException {
    OutputFile written = output == null ? null : new OutputFile("-o", output);
    if (written != null) {
      written.check();
      written.checkIsNot(file, "the trace");
    }
    Trace trace = TraceReader.read(file);
    String graph = json ? GraphJson.of(trace) : dot(trace);
    if (written == null) {
      consoles.out().print(graph);
    } else {
      written.write(out -> out.write(graph));
      consoles.out().print(Printable.summary(trace));
    }
    return Main.OK;
  }

  private static String dot(Trace trace) throws IOException {
    StringWriter text = new StringWriter();
    trace.writeDot(text);
    return text.toString();
  }
}
