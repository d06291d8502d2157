package io.sluice.worker.process;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Logs what the children of a pool print, so that those who read it never wait for a logger.
///
/// **Threads.** Any offers; one daemon thread logs, from the start of the pool to its end.
///
/// **Bound.** 1,024 lines; what comes while so many wait is refused.
final class OutputLog {
  private static final int MOST_LINES = 1_024;

  private final String name;
  private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(MOST_LINES);
  private volatile boolean ended;

  /// A line, and where it goes: an error as a warning, another one as information.
  record Line(@Nullable Logger log, boolean isError, String text) {
    static final Line LAST = new Line(null, false, "");
  }

  /// @param name that of the thread
  OutputLog(String name) {
    this.name = name;
  }

  /// Where there is no thread to be had, nothing is logged.
  void start() {
    Thread thread = new Thread(null, this::logAll, name, 0, false);
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (OutOfMemoryError noThread) {
      ended = true;
    }
  }

  /// Whether there was room for it.
  boolean offer(Line line) {
    return lines.offer(line);
  }

  /// What waits is still logged.
  void end() {
    ended = true;
    offer(Line.LAST);
  }

  private void logAll() {
    boolean goesOn = true;
    while (goesOn) {
      Line line = next();
      goesOn = line != null && line.log != null;
      if (line != null && line.log != null) {
        log(line.log, line);
      }
    }
  }

  /// The one that ends it may have found no room.
  private @Nullable Line next() {
    try {
      return ended ? lines.poll() : lines.take();
    } catch (InterruptedException e) {
      return next();
    }
  }

  /// A logger that throws must not stop the others.
  private static void log(Logger log, Line line) {
    try {
      if (line.isError) {
        log.warn("{}", line.text);
      } else {
        log.info("{}", line.text);
      }
    } catch (Throwable broken) {
      // There is nobody to be told, if not by a logger.
    }
  }
}
