package io.sluice.examples.mnist;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;

/// Shows how far a phase is: on a terminal one line drawn again and again, else a few lines.
///
/// ```
/// train  [############------------]  50 %  loss 0.0812  heap 3.4 of 4 MiB  5,120 tasks/s
/// ```
///
/// **Confinement.** One thread at a time, as the signals of one subscription come.
final class ProgressBar {
  private static final int WIDTH = 24;
  private static final int PLAIN_LINES = 4;
  private static final long REDRAW_NS = Duration.ofMillis(100).toNanos();

  private final PrintStream out;
  private final boolean redraws;

  private String phase = "";
  private long total;
  private long startedNs;
  private long drawnNs;
  private long tasks;
  private long done;

  /// @param redraws whether `out` is a terminal
  ProgressBar(PrintStream out, boolean redraws) {
    this.out = out;
    this.redraws = redraws;
  }

  /// Begins a phase of this many steps.
  void start(String newPhase, long steps) {
    phase = newPhase;
    total = steps;
    startedNs = System.nanoTime();
    drawnNs = startedNs;
    tasks = 0;
    done = 0;
  }

  /// Counts a task that has ended.
  void taskDone() {
    tasks++;
  }

  /// Counts a step, and shows it with these figures if it is time to.
  void stepDone(Supplier<String> figures) {
    done++;
    if (isTimeToShow()) {
      show(figures.get());
    }
  }

  private boolean isTimeToShow() {
    if (redraws) {
      return done == total || System.nanoTime() - drawnNs >= REDRAW_NS;
    }
    return done * PLAIN_LINES / total > (done - 1) * PLAIN_LINES / total;
  }

  private void show(String figures) {
    drawnNs = System.nanoTime();
    String end = redraws && done < total ? "" : "\n";
    out.print((redraws ? "\r\u001b[K" : "") + line(figures) + end);
    out.flush();
  }

  private String line(String figures) {
    int filled = (int) (WIDTH * done / total);
    return "%-6s [%s%s] %3d %%  %s  %,d tasks/s"
        .formatted(
            phase,
            "#".repeat(filled),
            "-".repeat(WIDTH - filled),
            100 * done / total,
            figures,
            tasksPerSecond());
  }

  private long tasksPerSecond() {
    double seconds = Math.max(1, drawnNs - startedNs) / 1e9;
    return Math.round(tasks / seconds);
  }
}
