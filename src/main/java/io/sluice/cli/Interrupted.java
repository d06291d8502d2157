package io.sluice.cli;

import java.util.Locale;

/// A run that a signal has ended.
final class Interrupted extends RuntimeException {
  Interrupted(long completedCount, long failedCount) {
    super(
        String.format(
            Locale.ROOT,
            "interrupted; %,d tasks had completed, %,d failed",
            completedCount,
            failedCount));
  }
}
