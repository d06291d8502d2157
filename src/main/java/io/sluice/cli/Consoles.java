package io.sluice.cli;

import java.io.PrintStream;
import picocli.CommandLine;

/// Gives commands where they print to, and what interrupts them.
///
/// @param out for what was asked for
/// @param err for everything else: progress, notes, errors
/// @param interruption of the process
record Consoles(PrintStream out, PrintStream err, Interruption interruption)
    implements CommandLine.IFactory {
  @Override
  public <K> K create(Class<K> type) throws Exception {
    try {
      return type.getDeclaredConstructor(Consoles.class).newInstance(this);
    } catch (NoSuchMethodException none) {
      return CommandLine.defaultFactory().create(type);
    }
  }
}
