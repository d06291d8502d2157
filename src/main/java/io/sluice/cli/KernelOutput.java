package io.sluice.cli;

import java.io.PrintStream;

/// Where what kernels print to the standard output goes while that is for programs: to the standard error.
final class KernelOutput implements AutoCloseable {
  private final PrintStream before = System.out;

  private KernelOutput(boolean aside) {
    if (aside) {
      System.setOut(System.err);
    }
  }

  /// Begins.
  ///
  /// @param aside false to leave all as it is
  static KernelOutput aside(boolean aside) {
    return new KernelOutput(aside);
  }

  @Override
  public void close() {
    System.setOut(before);
  }
}
