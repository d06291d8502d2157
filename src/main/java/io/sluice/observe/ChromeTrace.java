package io.sluice.observe;

import io.sluice.task.Dependency;
import io.sluice.task.TaskId;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes a trace in Chrome's JSON format.
///
/// | what | is |
/// | --- | --- |
/// | a worker | a track, `thread_name` |
/// | a time of a kernel | a complete event (`X`), with what the task waited for as arguments |
/// | a task that ran no kernel | one of no length, on a track of its own |
/// | a dependency | an arrow (`s`, `f`), from the earlier task's last slice to the later one's first |
/// | heap, demand | counters (`C`) |
///
/// Times are in microseconds, with three decimals.
final class ChromeTrace {
  private static final int PROCESS = 1;
  private static final String NO_WORKER = "no worker";

  private final Trace trace;
  private final JsonWriter json;
  private final Map<String, Integer> tracks = new TreeMap<>(ChromeTrace::byNameAndNumber);
  private final Map<TaskId, Place> places = new HashMap<>();

  /// Where the next task without a slice goes on its track.
  private long freeNs;

  /// Where arrows of a task end and begin: in its first slice, and behind its last one.
  private record Place(int inTrack, long inNs, long inUntilNs, int outTrack, long outNs) {}

  ChromeTrace(Trace trace, Writer out) {
    this.trace = trace;
    this.json = new JsonWriter(out);
    List<String> names = new ArrayList<>();
    for (TracedTask task : trace.tasks()) {
      task.slices().forEach(slice -> names.add(track(slice)));
    }
    names.forEach(name -> tracks.put(name, 0));
    tracks.put(NO_WORKER, 0);
    int number = 1;
    for (Map.Entry<String, Integer> each : tracks.entrySet()) {
      each.setValue(number++);
    }
  }

  /// `cpu-10` comes behind `cpu-9`.
  private static int byNameAndNumber(String a, String b) {
    int byLength = a.replaceAll("\\d+", "").compareTo(b.replaceAll("\\d+", ""));
    int bySize = Integer.compare(a.length(), b.length());
    return byLength != 0 ? byLength : bySize != 0 ? bySize : a.compareTo(b);
  }

  private static String track(Slice slice) {
    String worker = slice.pool() + "-" + slice.worker();
    return slice.givenUp() ? worker + " given up" : worker;
  }

  private int number(String track) {
    return tracks.getOrDefault(track, 0);
  }

  void write() throws IOException {
    json.beginObject();
    json.field("displayTimeUnit", "ms");
    json.name("otherData").beginObject();
    json.field("producer", "sluice");
    json.field("spanNs", trace.spanNs());
    json.field("lostEvents", trace.lostCount());
    json.field("forgottenEvents", trace.forgottenCount());
    json.endObject();
    json.name("traceEvents").beginArray();
    writeTracks();
    for (TracedTask task : trace.tasks()) {
      writeTask(task);
    }
    writeArrows();
    writeCounter("heap", "bytes", trace.heapBytes());
    writeCounter("demand", "tasks", trace.demand());
    json.endArray();
    json.endObject();
    json.flush();
  }

  private void writeTracks() throws IOException {
    writeName("process_name", 0, "sluice");
    for (Map.Entry<String, Integer> track : tracks.entrySet()) {
      writeName("thread_name", track.getValue(), track.getKey());
    }
  }

  private void writeName(String what, int track, String name) throws IOException {
    json.beginObject();
    json.field("ph", "M");
    json.field("name", what);
    json.field("pid", PROCESS);
    json.field("tid", track);
    json.name("args").beginObject();
    json.field("name", name);
    json.endObject();
    json.endObject();
  }

  private void writeTask(TracedTask task) throws IOException {
    if (task.slices().isEmpty()) {
      int track = number(NO_WORKER);
      freeNs = Math.max(freeNs + 1, Math.max(task.admittedNs(), producedNs(task)));
      writeSlice(task, track, freeNs, freeNs, 0, 0);
      places.put(task.id(), new Place(track, freeNs, freeNs, track, freeNs));
      return;
    }
    for (Slice slice : task.slices()) {
      int track = number(track(slice));
      writeSlice(task, track, slice.startedNs(), slice.endedNs(), slice.member(), slice.attempt());
    }
    Slice first = task.slices().getFirst();
    Slice last = task.slices().getLast();
    places.put(
        task.id(),
        new Place(
            number(track(first)),
            first.startedNs(),
            first.endedNs(),
            number(track(last)),
            Math.max(last.startedNs(), last.endedNs() - 1)));
  }

  /// When the last of those before it has ended; they were written before it.
  private long producedNs(TracedTask task) {
    long latest = 0;
    for (Dependency dependency : task.dependencies()) {
      Place before = places.get(dependency.on());
      latest = before == null ? latest : Math.max(latest, before.outNs);
    }
    return latest;
  }

  private void writeSlice(
      TracedTask task, int track, long startedNs, long endedNs, int member, int attempt)
      throws IOException {
    begin("X", task.name(), task.kernel(), track, startedNs);
    json.micros("dur", endedNs - startedNs);
    json.name("args").beginObject();
    json.field("task", task.id().toString());
    json.field("run", task.run().toString());
    json.field("bytes", task.bytes());
    json.field("member", member);
    json.field("attempt", attempt);
    json.field("state", task.state().name());
    json.field("admittedNs", task.admittedNs());
    json.field("waitedForBytesNs", task.waits().bytesNs());
    json.field("waitedForProducerNs", task.waits().producerNs());
    json.field("waitedForWorkerNs", task.waits().workerNs());
    json.field("waitedForSubscriberNs", task.waits().subscriberNs());
    json.name("dependencies").beginArray();
    for (Dependency dependency : task.dependencies()) {
      json.value(dependency.on() + " " + dependency.kind());
    }
    json.endArray();
    json.endObject();
    json.endObject();
  }

  private void begin(String phase, String name, String category, int track, long atNs)
      throws IOException {
    json.beginObject();
    json.field("ph", phase);
    json.field("name", name);
    json.field("cat", category);
    json.field("pid", PROCESS);
    json.field("tid", track);
    json.micros("ts", atNs);
  }

  private void writeArrows() throws IOException {
    long number = 1;
    for (TracedTask task : trace.tasks()) {
      for (Dependency dependency : task.dependencies()) {
        Place from = places.get(dependency.on());
        Place to = places.get(task.id());
        if (from != null && to != null) {
          String name = dependency.kind().name();
          writeArrowEnd("s", name, number, from.outTrack, from.outNs);
          long until = Math.clamp(from.outNs, to.inNs, to.inUntilNs);
          writeArrowEnd("f", name, number++, to.inTrack, until);
        }
      }
    }
  }

  private void writeArrowEnd(String phase, String name, long number, int track, long atNs)
      throws IOException {
    begin(phase, name, "dependency", track, atNs);
    json.field("id", number);
    if (phase.equals("f")) {
      json.field("bp", "e");
    }
    json.endObject();
  }

  private void writeCounter(String name, String unit, List<Sample> samples) throws IOException {
    for (Sample sample : samples) {
      begin("C", name, "counter", 0, sample.atNs());
      json.name("args").beginObject();
      json.field(unit, sample.value());
      json.endObject();
      json.endObject();
    }
  }
}
