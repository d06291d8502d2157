package io.sluice.cli;

import java.io.IOException;
import java.io.PrintStream;

/// The standard output of a command that another program reads: kernels print nothing into it, and what ends
/// the command early is its last object.
final class JsonOutput {
  /// What a command does.
  interface Work {
    int run() throws IOException;
  }

  private JsonOutput() {}

  /// Has a command run whose JSON goes to `out`; its exit code.
  static int of(PrintStream out, Work work) throws IOException {
    try (var _ = KernelOutput.aside()) {
      return told(out, work);
    }
  }

  private static int told(PrintStream out, Work work) throws IOException {
    try {
      return work.run();
    } catch (IOException | RuntimeException failure) {
      ConsoleOutput.print(out, ErrorJson.of(failure));
      throw failure;
    }
  }
}
