package io.sluice.sim;

/// A law was broken.
final class Broken extends AssertionError {
  private static final long serialVersionUID = 1;

  Broken(String message) {
    super(message);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  static void unless(boolean holds, String format, Object... arguments) {
    if (!holds) {
      throw new Broken(format.formatted(arguments));
    }
  }
}
