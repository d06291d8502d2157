package io.sluice.gateway;

import io.sluice.task.RunId;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the workers do, and have done since the last look.
///
/// **Confinement.** One thread.
/// **Bound.** [#MAX_SLICES] for each worker.
final class WorkerLanes {
  static final int MAX_SLICES = 64;

  private final Map<Worker, Lane> lanes =
      new TreeMap<>(Comparator.comparing(Worker::pool).thenComparingInt(Worker::number));

  /// A worker.
  private record Worker(String pool, int number) {}

  /// A kernel that runs or ran.
  private record Slice(
      TaskId task, String name, RunId run, long startNs, long endNs, String outcome) {
    long lengthNs() {
      return endNs - startNs;
    }
  }

  private static final class Lane {
    private final Map<TaskId, Slice> current = new LinkedHashMap<>();
    private final PriorityQueue<Slice> ended =
        new PriorityQueue<>(Comparator.comparingLong(Slice::lengthNs));
  }

  void started(TaskEvent.Started event) {
    lane(event.pool(), event.worker())
        .current
        .put(
            event.taskId(),
            new Slice(event.taskId(), event.taskName(), event.run(), event.atNs(), 0, "running"));
  }

  void returned(TaskEvent.Returned event) {
    Lane lane = lane(event.pool(), event.worker());
    lane.current.remove(event.taskId());
    lane.ended.add(
        new Slice(
            event.taskId(),
            event.taskName(),
            event.run(),
            event.startedNs(),
            event.startedNs() + event.runTimeNs(),
            event.failed() ? "failed" : "completed"));
    if (lane.ended.size() > MAX_SLICES) {
      lane.ended.poll();
    }
  }

  /// A task is over, also where its kernel was not called or its process died.
  void ended(TaskId task) {
    lanes.values().forEach(lane -> lane.current.remove(task));
  }

  /// Events are missing: what runs is not known.
  void forgetCurrent() {
    lanes.values().forEach(lane -> lane.current.clear());
  }

  private Lane lane(String pool, int worker) {
    return lanes.computeIfAbsent(new Worker(pool, worker), key -> new Lane());
  }

  /// Takes what has ended out.
  List<Object> take(Clock clock) {
    List<Object> workers = new ArrayList<>();
    lanes.forEach(
        (worker, lane) -> {
          Map<String, @Nullable Object> object = new LinkedHashMap<>();
          object.put("pool", worker.pool());
          object.put("worker", worker.number());
          object.put(
              "current",
              lane.current.values().stream().findFirst().map(s -> current(s, clock)).orElse(null));
          object.put("slices", slices(lane, clock));
          workers.add(object);
        });
    return workers;
  }

  private static List<Object> slices(Lane lane, Clock clock) {
    List<Object> slices = new ArrayList<>();
    lane.ended.stream()
        .sorted(Comparator.comparingLong(Slice::startNs))
        .forEach(slice -> slices.add(ended(slice, clock)));
    lane.ended.clear();
    return slices;
  }

  private static Map<String, Object> current(Slice slice, Clock clock) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("task", slice.task().toString());
    object.put("name", slice.name());
    object.put("run", slice.run().number());
    object.put("startMs", clock.wallMs(slice.startNs()));
    return object;
  }

  private static Map<String, Object> ended(Slice slice, Clock clock) {
    Map<String, Object> object = current(slice, clock);
    object.put("endMs", clock.wallMs(slice.endNs()));
    object.put("outcome", slice.outcome());
    return object;
  }
}
