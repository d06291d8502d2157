package io.sluice.cli;

import io.sluice.DrainReport;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/// What a run came to.
///
/// @param completedCount tasks that completed
/// @param failedCount tasks that failed, were refused or could not run
/// @param failures what the first of these failed with
/// @param drained what the runtime says of it
record RunReport(
    long completedCount, long failedCount, List<String> failures, DrainReport drained) {
  private static final double MEBIBYTE = 1 << 20;

  int exitCode() {
    return failedCount == 0 ? Main.OK : Main.FAILED;
  }

  void printFailures(PrintStream err) {
    failures.forEach(failure -> err.println(Printable.of(OptionNames.text(failure))));
    if (failedCount > failures.size()) {
      err.printf(Locale.ROOT, "and %,d more%n", failedCount - failures.size());
    }
  }

  String text() {
    return String.format(
        Locale.ROOT,
        "%,d tasks completed, %,d failed, in %.3f s; %,.0f tasks/s, peak heap %.1f MiB%n",
        completedCount,
        failedCount,
        seconds(),
        (completedCount + failedCount) / Math.max(1e-9, seconds()),
        drained.peakHeapBytes() / MEBIBYTE);
  }

  private double seconds() {
    return drained.elapsed().toNanos() / 1e9;
  }

  String json() {
    return "{\"summary\":" + summary() + "}\n";
  }

  /// As an object of JSON.
  String summary() {
    return String.format(
        Locale.ROOT,
        "{\"completed\":%d,\"failed\":%d,\"refused\":%d,\"elapsedMs\":%.3f,"
            + "\"claimedBytes\":%d,\"peakHeapBytes\":%d}",
        completedCount,
        failedCount,
        drained.refusedCount(),
        seconds() * 1e3,
        drained.claimedBytes(),
        drained.peakHeapBytes());
  }
}
