package io.sluice.worker.process;

/// What became of a child, in words.
final class Obituary {
  private static final int SIGNALLED = 128;
  private static final int LAST_SIGNAL = 64;

  private Obituary() {}

  /// Of one that has ended.
  static String of(ChildLink gone) {
    String reason = gone.lossReason();
    String pid = "(pid " + gone.process().pid() + ") ";
    return pid + (reason == null ? of(gone.process().exitValue()) : reason);
  }

  /// The JDK tells a signal as 128 and its number, as shells do: an exit with such a code looks the same.
  static String of(int exitValue) {
    return exitValue > SIGNALLED && exitValue <= SIGNALLED + LAST_SIGNAL
        ? "died with signal %d (or exited with code %d, which looks the same)"
            .formatted(exitValue - SIGNALLED, exitValue)
        : "exited with code " + exitValue;
  }
}
