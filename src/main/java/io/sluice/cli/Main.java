package io.sluice.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;

/// The program `sluice`.
///
/// | exit code | when |
/// | --- | --- |
/// | 0 | all is well |
/// | 1 | a task, the run or a check failed |
/// | 2 | the command line, or what it names, can't be followed |
@Command(
    name = "sluice",
    description = "Runs task graphs in bounded memory, and shows what they do.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      RunCommand.class,
      ServeCommand.class,
      TraceCommand.class,
      GraphCommand.class,
      TopCommand.class,
      DoctorCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {"", "Exit codes: 0 all is well, 1 something failed, 2 a command can't be followed."})
public final class Main implements Runnable {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /// Made by picocli's reflection as well.
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  Main() {}

  /// Runs a command and ends the process with its exit code.
  ///
  /// @param arguments the command and what belongs to it; none print the help
  public static void main(String[] arguments) {
    NoMemory.endsTheProcess(System.err);
    System.exit(run(arguments, System.out, System.err));
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    try (Interruption interruption = new Interruption()) {
      return run(arguments, new Consoles(out, err, interruption));
    }
  }

  private static int run(String[] arguments, Consoles consoles) {
    PrintStream out = consoles.out();
    PrintStream err = consoles.err();
    CommandLine line = new CommandLine(new Main(), consoles);
    line.setExpandAtFiles(false); // a file may be called so
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setColorScheme(Colors.scheme(Colors.of(out) == Ansi.ON ? err : out));
    line.setExecutionExceptionHandler((failure, at, result) -> Failures.tell(failure, err));
    int code = execute(line, arguments, err);
    return code == OK && !isWritten(out, err) ? FAILED : code;
  }

  /// Errors of the JVM, such as a lack of memory, are none of picocli's.
  private static int execute(CommandLine line, String[] arguments, PrintStream err) {
    try {
      return line.execute(arguments);
    } catch (Error failure) {
      return Failures.tell(failure, err);
    }
  }

  /// A stream that prints only remembers that it could not.
  private static boolean isWritten(PrintStream out, PrintStream err) {
    if (!out.checkError()) {
      return true;
    }
    err.println("sluice: " + ConsoleOutput.GONE);
    return false;
  }

  /// Without a command.
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /// As the jar's manifest says.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "sluice " + (version == null ? "(from classes)" : version),
        "Java " + Runtime.version() + " of " + System.getProperty("java.home")
      };
    }
  }
}
