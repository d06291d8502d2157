package io.sluice.observe;

import io.sluice.task.Dependency;
import io.sluice.task.TaskId;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  /// The track of each slice.
  private final IdentityHashMap<Slice, String> trackOf = new IdentityHashMap<>();

  /// Places on the track of tasks without a slice that are taken, and where to look for the next one.
  private final Map<Long, Long> taken = new HashMap<>();

  /// Where arrows of a task end and begin: in its first slice, and behind its last one.
  private record Place(int inTrack, long inNs, long inUntilNs, int outTrack, long outNs) {}

  ChromeTrace(Trace trace, Writer out) {
    this.trace = trace;
    this.json = new JsonWriter(out);
    giveTracks();
    trackOf.values().forEach(name -> tracks.put(name, 0));
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

  /// Several kernels of a worker that were given up may run at the same time, and slices of a track may not:
  /// each goes on the first of such tracks that is free.
  private void giveTracks() {
    Map<String, List<Long>> endsNs = new HashMap<>();
    trace.tasks().stream()
        .flatMap(task -> task.slices().stream())
        .sorted(Comparator.comparingLong(Slice::startedNs))
        .forEach(
            slice -> {
              String worker = slice.pool() + "-" + slice.worker();
              trackOf.put(
                  slice,
                  slice.givenUp()
                      ? givenUp(
                          worker, slice, endsNs.computeIfAbsent(worker, w -> new ArrayList<>()))
                      : worker);
            });
  }

  private static String givenUp(String worker, Slice slice, List<Long> endsNs) {
    int lane = 0;
    while (lane < endsNs.size() && endsNs.get(lane) > slice.startedNs()) {
      lane++;
    }
    if (lane == endsNs.size()) {
      endsNs.add(slice.endedNs());
    } else {
      endsNs.set(lane, slice.endedNs());
    }
    return worker + " given up" + (lane == 0 ? "" : " " + (lane + 1));
  }

  private String track(Slice slice) {
    return trackOf.getOrDefault(slice, NO_WORKER);
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
      long at = free(Math.max(decidedNs(task, task.admittedNs()), producedNs(task)));
      writeSlice(task, track, at, at, 0, 0);
      places.put(task.id(), new Place(track, at, at, track, at));
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
            Math.max(last.startedNs(), leftNs(task, last) - 1)));
  }

  /// Nobody waits for the end of a kernel that was given up.
  private static long leftNs(TracedTask task, Slice last) {
    return last.givenUp()
        ? Math.min(last.endedNs(), decidedNs(task, last.endedNs()))
        : last.endedNs();
  }

  private static long decidedNs(TracedTask task, long otherwise) {
    return task.endedNs() == TracedTask.NEVER ? otherwise : task.endedNs();
  }

  /// The first place from there on that no other task has.
  private long free(long from) {
    long at = from;
    for (Long next = taken.get(at); next != null; next = taken.get(at)) {
      at = next;
    }
    taken.put(at, at + 1);
    for (long passed = from; passed < at; ) {
      passed = Objects.requireNonNull(taken.put(passed, at + 1));
    }
    return at;
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
    json.field("nextNs", task.nextNs());
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
