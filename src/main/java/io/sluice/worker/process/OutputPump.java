package io.sluice.worker.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private static final int LOOKS = 10;
  private static final long LOOK_MS = 10;

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
  private final Stream out;
  private final Stream err;

  /// One of the two, and when it has ended.
  private record Stream(PrintedBytes bytes, CompletableFuture<Void> ended) {
    Stream(InputStream printed) {
      this(new PrintedBytes(printed), new CompletableFuture<>());
    }

    int waiting() {
      return ended.isDone() ? 0 : bytes.waiting();
    }
  }

  OutputPump(String worker, Process process, Logger log, OutputLog output) {
    this.worker = worker;
    this.log = log;
    this.output = output;
    this.out = new Stream(process.getInputStream());
    this.err = new Stream(process.getErrorStream());
    start("out", out, false);
    start("err", err, true);
  }

  private void start(String name, Stream stream, boolean isError) {
    Thread thread =
        new Thread(null, () -> pump(stream, isError), "sluice-" + worker + "-" + name, 0, false);
    thread.setDaemon(true);
    thread.start();
  }

  private void pump(Stream stream, boolean isError) {
    try (Reader in = new InputStreamReader(stream.bytes, StandardCharsets.UTF_8)) {
      pump(new BufferedReader(in), isError);
    } catch (IOException e) {
      keep("(the output can't be read any more: " + e + ")");
    } finally {
      stream.ended.complete(null);
    }
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

  /// Waits until all is read that a process has printed, which has ended; at most so long.
  ///
  /// Its streams end with it, unless a process of its own holds them open. Then nothing tells that all is read,
  /// but that the readers wait for more; at ten looks one after another, since one that was woken by what was
  /// printed last needs a processor first.
  void awaitAllRead(long mostNs) throws InterruptedException {
    CompletableFuture<Void> ended = CompletableFuture.allOf(out.ended, err.ended);
    long startedNs = System.nanoTime();
    int looks = 0;
    long before = waiting();
    while (looks < LOOKS && System.nanoTime() - startedNs < mostNs && !isDone(ended)) {
      long now = waiting();
      looks = now == before && now >= 0 ? looks + 1 : 0;
      before = now;
    }
  }

  /// Of both streams together; below 0 while one of them does not wait.
  private long waiting() {
    int ofOut = out.waiting();
    int ofErr = err.waiting();
    return ofOut < 0 || ofErr < 0 ? -1 : (long) ofOut << Integer.SIZE | ofErr;
  }

  private static boolean isDone(CompletableFuture<Void> ended) throws InterruptedException {
    try {
      ended.get(LOOK_MS, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    }
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
