package io.sluice.worker.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what a child prints, logs it under the worker's name, and keeps the last lines.
///
/// **Threads.** Two daemon threads, one for each stream; they end with the child.
///
/// **Bound.** A line is cut at 2,000 characters. Of each second's lines the first 200 are logged; the rest
/// is read, counted, and said. So a flood neither blocks the child nor fills memory. The last 20 lines are
/// kept, 400 characters each.
final class OutputPump {
  private static final int LONGEST_LINE = 2_000;
  private static final int LINES_PER_SECOND = 200;
  private static final long SECOND_NS = 1_000_000_000;
  private static final int LINES_KEPT = 20;
  private static final int LONGEST_KEPT = 400;

  private final String worker;
  private final Logger log;
  private final ArrayDeque<String> last = new ArrayDeque<>();
  private final List<String> crash = new ArrayList<>();
  private final CompletableFuture<Void> outEnded;
  private final CompletableFuture<Void> errEnded;

  OutputPump(String worker, Process process) {
    this.worker = worker;
    this.log = LoggerFactory.getLogger("io.sluice.worker." + worker);
    this.outEnded = start("out", process, false);
    this.errEnded = start("err", process, true);
  }

  private CompletableFuture<Void> start(String stream, Process process, boolean isError) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try (Reader in =
                  new InputStreamReader(
                      isError ? process.getErrorStream() : process.getInputStream(),
                      StandardCharsets.UTF_8)) {
                pump(new BufferedReader(in), isError);
              } catch (IOException e) {
                log.debug("the output of worker {} can't be read any more", worker, e);
              } finally {
                ended.complete(null);
              }
            },
            "sluice-" + worker + "-" + stream,
            0,
            false);
    thread.setDaemon(true);
    thread.start();
    return ended;
  }

  private void pump(BufferedReader in, boolean isError) throws IOException {
    Budget budget = new Budget();
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        take(line, isError, budget);
      } else if (next != '\r' && line.length() < LONGEST_LINE) {
        line.append((char) next);
      }
    }
    if (!line.isEmpty()) {
      take(line, isError, budget);
    }
    budget.tellRest();
  }

  private void take(StringBuilder line, boolean isError, Budget budget) {
    String text = line.toString();
    line.setLength(0);
    keep(text);
    if (budget.allows()) {
      log(text, isError);
    }
  }

  /// A JVM that crashes says why first, behind `#`, and much else afterwards.
  private synchronized void keep(String line) {
    if (line.startsWith("#") && line.length() > 1 && crash.size() < LINES_KEPT) {
      crash.add(line.length() <= LONGEST_KEPT ? line : line.substring(0, LONGEST_KEPT) + "…");
    }
    if (last.size() == LINES_KEPT) {
      last.removeFirst();
    }
    last.add(line.length() <= LONGEST_KEPT ? line : line.substring(0, LONGEST_KEPT) + "…");
  }

  /// A logger that throws must not stop the pump.
  private void log(String line, boolean isError) {
    try {
      if (isError) {
        log.warn("{}", line);
      } else {
        log.info("{}", line);
      }
    } catch (RuntimeException broken) {
      keep("(the logger threw " + broken.getClass().getName() + ")");
    }
  }

  /// The last lines of both streams, or those of the JVM about its crash.
  synchronized List<String> lastLines() {
    return new ArrayList<>(crash.isEmpty() ? last : crash);
  }

  /// Completes when both streams have ended.
  CompletableFuture<Void> ended() {
    return CompletableFuture.allOf(outEnded, errEnded);
  }

  /// How many lines of the current second may still be logged.
  private final class Budget {
    private long secondStartedNs = System.nanoTime();
    private int logged;
    private long leftOut;

    boolean allows() {
      if (System.nanoTime() - secondStartedNs >= SECOND_NS) {
        tellRest();
        secondStartedNs = System.nanoTime();
        logged = 0;
      }
      boolean allowed = logged < LINES_PER_SECOND;
      logged += allowed ? 1 : 0;
      leftOut += allowed ? 0 : 1;
      return allowed;
    }

    void tellRest() {
      if (leftOut > 0) {
        log("… " + leftOut + " line(s) left out", true);
        leftOut = 0;
      }
    }
  }
}
