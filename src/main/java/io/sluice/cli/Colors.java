package io.sluice.cli;

import io.sluice.observe.Terminal;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/// Whether a stream gets colours: if it is a terminal, and `NO_COLOR` is not set, or empty.
final class Colors {
  private Colors() {}

  static Ansi of(PrintStream stream) {
    return of(Terminal.isAt(stream), System.getenv("NO_COLOR"));
  }

  static Ansi of(boolean isTerminal, @Nullable String noColor) {
    return isTerminal && (noColor == null || noColor.isEmpty()) ? Ansi.ON : Ansi.OFF;
  }

  static ColorScheme scheme(PrintStream stream) {
    return Help.defaultColorScheme(of(stream));
  }
}
