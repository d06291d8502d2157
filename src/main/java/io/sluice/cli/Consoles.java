package io.sluice.cli;

import java.io.PrintStream;
import picocli.CommandLine;

/// Gives commands where they print to.
///
/// @param out for what was asked for
/// @param err for everything else: progress, notes, errors
record Consoles(PrintStream out, PrintStream err) implements CommandLine.IFactory {
  @Override
  public <K> K create(Class<K> type) throws Exception {
    try {
      return type.getDeclaredConstructor(Consoles.class).newInstance(this);
    } catch (NoSuchMethodException none) {
      return CommandLine.defaultFactory().create(type);
    }
  }
}
