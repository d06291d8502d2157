package io.sluice.cli;

import java.io.PrintStream;

/// Where what kernels print to the standard output goes while that is for programs: to the standard error.
final class KernelOutput implements AutoCloseable {
  private final PrintStream before = System.out;

  private KernelOutput() {
    System.setOut(System.err);
  }

  /// Begins; to be closed behind the last that is written for programs.
  static KernelOutput aside() {
    return new KernelOutput();
  }

  @Override
  public void close() {
    System.setOut(before);
  }
}
