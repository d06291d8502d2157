package io.sluice.cli;

import io.sluice.observe.Terminal;
import java.io.PrintStream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/// Whether a stream gets colours: if it is a terminal, and `NO_COLOR` is not set.
final class Colors {
  private Colors() {}

  static Ansi of(PrintStream stream) {
    return of(Terminal.isAt(stream), System.getenv("NO_COLOR") != null);
  }

  static Ansi of(boolean isTerminal, boolean isRefused) {
    return isTerminal && !isRefused ? Ansi.ON : Ansi.OFF;
  }

  static ColorScheme scheme(PrintStream stream) {
    return Help.defaultColorScheme(of(stream));
  }
}
