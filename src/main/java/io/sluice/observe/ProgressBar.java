package io.sluice.observe;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import reactor.core.Disposable;

/// Shows how far a phase is: on a terminal one line that is drawn again and again, else some lines.
///
/// ```
/// train  [############------------]  50 %  loss 0.081  heap 3.4 of 4.0 MiB  5,120 tasks/s
/// ```
///
/// It writes no colours, and control characters only where it redraws.
///
/// **Confinement.** One thread at a time, as the reports of one [Progress] come.
public final class ProgressBar {
  private static final int WIDTH = 24;
  private static final int PLAIN_LINES = 4;
  private static final long REDRAW_NS = Duration.ofMillis(100).toNanos();
  private static final double MEBIBYTE = 1 << 20;

  private final PrintStream out;
  private final boolean redraws;
  private long drawnNs;
  private long shownPart;

  private ProgressBar(PrintStream out, boolean redraws) {
    this.out = out;
    this.redraws = redraws;
  }

  /// A bar that redraws its line if `out` is a [Terminal].
  public static ProgressBar on(PrintStream out) {
    return on(out, Terminal.isAt(out));
  }

  /// A bar that redraws its line, or one for a file or a log: a line for each quarter, and one for the end.
  public static ProgressBar on(PrintStream out, boolean redraws) {
    return new ProgressBar(out, redraws);
  }

  /// Shows this phase from now on, until it is over or what is returned is disposed of. One after another.
  public Disposable follow(Progress progress) {
    drawnNs = System.nanoTime() - REDRAW_NS;
    shownPart = 0;
    return progress.reports().subscribe(this::show);
  }

  private void show(ProgressReport report) {
    if (redraws) {
      redraw(report);
    } else if (report.finished() || isNextPart(report)) {
      out.print(line(report) + "\n");
      out.flush();
    }
  }

  private boolean isNextPart(ProgressReport report) {
    long part = (long) (PLAIN_LINES * report.share());
    boolean next = part > shownPart;
    shownPart = part;
    return next;
  }

  private void redraw(ProgressReport report) {
    long now = System.nanoTime();
    if (report.finished() || now - drawnNs >= REDRAW_NS) {
      drawnNs = now;
      out.print("\r\u001b[K" + line(report) + (report.finished() ? "\n" : ""));
      out.flush();
    }
  }

  static String line(ProgressReport report) {
    String note = report.note().isEmpty() ? "" : report.note() + "  ";
    return String.format(
        Locale.ROOT,
        "%-6s %s  %sheap %.1f of %.1f MiB  %,d tasks/s",
        report.phase(),
        report.totalCount() == 0 ? steps(report) : bar(report),
        note,
        report.heapUsedBytes() / MEBIBYTE,
        report.heapCapacityBytes() / MEBIBYTE,
        Math.round(report.tasksPerSecond()));
  }

  private static String steps(ProgressReport report) {
    return String.format(Locale.ROOT, "%,d done", report.stepCount());
  }

  private static String bar(ProgressReport report) {
    int filled = (int) (WIDTH * report.share());
    return String.format(
        Locale.ROOT,
        "[%s%s] %3d %%",
        "#".repeat(filled),
        "-".repeat(WIDTH - filled),
        (int) (100 * report.share()));
  }
}
