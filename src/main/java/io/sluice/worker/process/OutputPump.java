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

/// Reads what a child prints, passes it on to be logged ([OutputLog]), and keeps the last lines.
///
/// **Threads.** Two daemon threads, one for each stream; they end with the child.
///
/// **Bound.** A line is cut at 2,000 characters. Of each second's lines the first 200 are logged, if the
/// logger keeps up; the rest is read, counted, and said. So neither a flood nor a logger that blocks can
/// block the child or fill memory. The last 20 lines are kept, 400 characters each, and
/// as many of a crash.
final class OutputPump {
  private static final int LONGEST_LINE = 2_000;
  private static final int LINES_PER_SECOND = 200;
  private static final long SECOND_NS = 1_000_000_000;
  private static final int LINES_KEPT = 20;
  private static final int LONGEST_KEPT = 400;

  /// How a JVM begins to say why it ends; what else it says of it is behind `#` as well.
  private static final List<String> CRASHES =
      List.of(
          "# A fatal error has been detected by the Java Runtime Environment",
          "# There is insufficient memory for the Java Runtime Environment to continue");

  private final String worker;
  private final Logger log;
  private final OutputLog output;
  private final ArrayDeque<String> last = new ArrayDeque<>();
  private final List<String> crash = new ArrayList<>();
  private final CompletableFuture<Void> outEnded;
  private final CompletableFuture<Void> errEnded;

  OutputPump(String worker, Process process, Logger log, OutputLog output) {
    this.worker = worker;
    this.log = log;
    this.output = output;
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
                keep("(the output can't be read any more: " + e + ")");
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
    budget.log(text, isError);
  }

  /// A JVM that crashes says why first, behind `#`, and much else afterwards: what was printed before stays.
  private synchronized void keep(String line) {
    if (crash.isEmpty() && CRASHES.stream().noneMatch(line::startsWith)) {
      if (last.size() == LINES_KEPT) {
        last.removeFirst();
      }
      last.add(cut(line));
    } else if (line.startsWith("#") && line.length() > 1 && crash.size() < LINES_KEPT) {
      crash.add(cut(line));
    }
  }

  private static String cut(String line) {
    return line.length() <= LONGEST_KEPT ? line : line.substring(0, LONGEST_KEPT) + "…";
  }

  /// Whether there was room for it.
  private boolean log(String line, boolean isError) {
    return output.offer(new OutputLog.Line(log, isError, line));
  }

  /// The last lines of both streams; and behind them the first of the JVM about its crash, if there was one.
  synchronized List<String> lastLines() {
    List<String> lines = new ArrayList<>(last);
    lines.addAll(crash);
    return lines;
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

    void log(String line, boolean isError) {
      if (System.nanoTime() - secondStartedNs >= SECOND_NS) {
        tellRest();
        secondStartedNs = System.nanoTime();
        logged = 0;
      }
      if (logged < LINES_PER_SECOND && OutputPump.this.log(line, isError)) {
        logged++;
      } else {
        leftOut++;
      }
    }

    void tellRest() {
      if (leftOut > 0 && OutputPump.this.log("… " + leftOut + " line(s) left out", true)) {
        leftOut = 0;
      }
    }
  }
}
