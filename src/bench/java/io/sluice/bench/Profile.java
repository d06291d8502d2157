package io.sluice.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/// Which part of Sluice the time of a measured JVM went to, by the samples of its flight recorder.
///
/// A sample belongs to the part of its innermost frame that belongs to any: what a part calls counts for
/// it. What compiler and collector take is not sampled.
final class Profile {
  private static final String OTHER = "other";

  /// By classes, whatever encloses them; a class stands for those nested in it.
  private static final Map<String, String> PARTS =
      Map.ofEntries(
          Map.entry("TensorMap", "dependencies"),
          Map.entry("PartIndex", "dependencies"),
          Map.entry("AccessConflicts", "checks"),
          Map.entry("TaskCheck", "checks"),
          Map.entry("Claims", "slots and slabs"),
          Map.entry("LiveSlots", "slots and slabs"),
          Map.entry("FirstFitSpace", "slots and slabs"),
          Map.entry("Admission", "admission"),
          Map.entry("Runs", "admission"),
          Map.entry("Dispatcher", "dispatch"),
          Map.entry("PoolQueues", "dispatch"),
          Map.entry("Attempts", "completion"),
          Map.entry("Lifecycle", "completion"),
          Map.entry("Engine", "engine, else"),
          Map.entry("SchedulerSink", "the sink"),
          Map.entry("Outbox", "the sink"),
          Map.entry("Shell", "the sink"),
          Map.entry("KernelCall", "kernels and views"),
          Map.entry("Delivery", "delivery and readers"),
          Map.entry("LentResult", "delivery and readers"),
          Map.entry("UpstreamDemand", "the publisher, which makes tasks"),
          Map.entry("CheckingSubscriber", "the publisher, which makes tasks"),
          Map.entry("ThreadPool", "workers"),
          Map.entry("Worker", "workers"));

  private final Map<String, Long> samples = new TreeMap<>();
  private long total;

  private Profile() {}

  static Profile of(Path recording) throws IOException {
    Profile profile = new Profile();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        profile.count(file.readEvent());
      }
    }
    return profile;
  }

  private void count(RecordedEvent event) {
    RecordedStackTrace stack = event.getStackTrace();
    if (event.getEventType().getName().equals("jdk.ExecutionSample") && stack != null) {
      samples.merge(partOf(stack.getFrames()), 1L, Long::sum);
      total++;
    }
  }

  private static String partOf(List<RecordedFrame> frames) {
    return innermostPart(
        frames.stream().map(frame -> frame.getMethod().getType().getName()).toList());
  }

  /// @param classNames of the frames, the innermost first
  static String innermostPart(List<String> classNames) {
    for (String className : classNames) {
      String part = partOf(className);
      if (part != null) {
        return part;
      }
    }
    return OTHER;
  }

  private static @Nullable String partOf(String className) {
    if (!className.startsWith("io.sluice.") || className.startsWith("io.sluice.bench.")) {
      return null;
    }
    String simple = className.substring(className.lastIndexOf('.') + 1);
    int nested = simple.indexOf('$');
    return PARTS.get(nested < 0 ? simple : simple.substring(0, nested));
  }

  void print(String name, PrintStream out) {
    out.printf("%s, %d samples%n", name, total);
    samples.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(
            part ->
                out.printf(
                    Locale.ROOT,
                    "  %5.1f %%  %s%n",
                    100.0 * part.getValue() / total,
                    part.getKey()));
  }
}
