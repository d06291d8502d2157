package io.sluice.gateway;

import io.sluice.HeapPicture;
import io.sluice.RunFigures;
import io.sluice.RuntimePicture;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import io.sluice.task.TaskState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the dashboard shows: taken down from events, and put together with a picture of the runtime.
///
/// **Confinement.** One thread, which takes down events and makes snapshots.
final class DashboardModel {
  private static final int MAX_FAILURES = 50;
  private static final int MAX_RUNS = 100;

  private final Clock clock = new Clock();
  private final WorkerLanes lanes = new WorkerLanes();
  private final RunGraph graph = new RunGraph();
  private final Throughput throughput = new Throughput(System.nanoTime());
  private final Deque<Object> failures = new ArrayDeque<>();
  private long lostCount;
  private long sequence;

  void take(TaskEvent event) {
    switch (event) {
      case TaskEvent.Admitted admitted -> admitted(admitted);
      case TaskEvent.Started started -> {
        lanes.started(started);
        graph.moved(started.taskId(), "RUNNING");
      }
      case TaskEvent.Returned returned -> lanes.returned(returned);
      case TaskEvent.Retried retried -> graph.moved(retried.taskId(), "PENDING");
      case TaskEvent.Completed completed ->
          ended(completed.taskId(), completed.atNs(), "COMPLETED");
      case TaskEvent.Failed failed -> {
        ended(failed.taskId(), failed.atNs(), "FAILED");
        addFailure(failed.taskId(), failed.taskName(), failed.run().number(), failed.cause());
      }
      case TaskEvent.Cancelled cancelled -> {
        lanes.ended(cancelled.taskId());
        throughput.forget(cancelled.taskId());
        graph.moved(cancelled.taskId(), "CANCELLED");
      }
      case TaskEvent.Refused refused ->
          addFailure(null, refused.taskName(), refused.run().number(), refused.cause());
      case TaskEvent.Lost lost -> {
        lostCount += lost.count();
        lanes.forgetCurrent();
      }
      default -> {
        // of no matter to what is shown
      }
    }
  }

  private void admitted(TaskEvent.Admitted event) {
    clock.seen(event.atNs(), System.currentTimeMillis());
    throughput.admitted(event.taskId(), event.atNs(), event.bytes());
    graph.admitted(event);
  }

  private void ended(TaskId task, long atNs, String state) {
    clock.seen(atNs, System.currentTimeMillis());
    lanes.ended(task);
    throughput.ended(task, atNs, state.equals("FAILED"));
    graph.moved(task, state);
  }

  private void addFailure(@Nullable TaskId task, String name, long run, Throwable cause) {
    Map<String, @Nullable Object> failure = new LinkedHashMap<>();
    failure.put("atMs", System.currentTimeMillis());
    failure.put("task", task == null ? null : task.toString());
    failure.put("name", name);
    failure.put("run", run);
    failure.putAll(RecordJson.of(cause));
    failures.addFirst(failure);
    if (failures.size() > MAX_FAILURES) {
      failures.removeLast();
    }
  }

  /// The next snapshot, with all that was taken down since the one before.
  Map<String, @Nullable Object> snapshot(RuntimePicture picture) {
    Map<String, @Nullable Object> snapshot = new LinkedHashMap<>();
    snapshot.put("sequence", ++sequence);
    snapshot.put("atMs", System.currentTimeMillis());
    snapshot.put("epoch", picture.epoch());
    snapshot.put("heap", heap(picture.heap()));
    snapshot.put("demand", demand(picture.demand().runs()));
    snapshot.put("runs", runs(picture.demand().runs()));
    snapshot.put("workers", lanes.take(clock));
    graph.open(
        number -> picture.demand().runs().stream().anyMatch(run -> run.run().number() == number));
    snapshot.put("graph", graph.shown());
    snapshot.put("throughput", throughput.take(System.nanoTime()));
    snapshot.put("failures", new ArrayList<>(failures));
    snapshot.put("why", picture.why());
    snapshot.put("lostEvents", lostCount);
    return snapshot;
  }

  private static Map<String, Object> heap(HeapPicture heap) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("policy", heap.policy().name());
    object.put("capacityBytes", heap.capacityBytes());
    object.put("usedBytes", heap.usedBytes());
    object.put("peakBytes", heap.peakBytes());
    object.put("freeBytes", heap.capacityBytes() - heap.usedBytes());
    object.put("largestFreeRunBytes", heap.largestFreeRunBytes());
    object.put("slabCount", heap.slabCount());
    object.put("slabs", heap.slabs().stream().map(DashboardModel::slab).toList());
    long cellBytes =
        heap.cells().isEmpty() ? 0 : Math.ceilDiv(heap.capacityBytes(), heap.cells().size());
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < heap.cells().size(); i++) {
      long length = Math.min(cellBytes, Math.max(0, heap.capacityBytes() - i * cellBytes));
      cells.add(cell(heap.cells().get(i), length));
    }
    object.put("cells", cells);
    return object;
  }

  private static Map<String, Object> slab(HeapPicture.Slab slab) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("offset", slab.offsetBytes());
    object.put("bytes", slab.bytes());
    object.put("state", slab.state().isTerminal() ? "DONE" : stateName(slab.state()));
    object.put("task", slab.task().toString());
    object.put("name", slab.name());
    object.put("run", slab.run().number());
    return object;
  }

  private static String stateName(TaskState state) {
    return state.name();
  }

  private static Map<String, Object> cell(HeapPicture.Cell cell, long length) {
    Map<String, Object> object = new LinkedHashMap<>();
    long taken = cell.pendingBytes() + cell.readyBytes() + cell.runningBytes() + cell.doneBytes();
    object.put("free", length - taken);
    object.put("pending", cell.pendingBytes());
    object.put("ready", cell.readyBytes());
    object.put("running", cell.runningBytes());
    object.put("done", cell.doneBytes());
    return object;
  }

  private static Map<String, Object> demand(List<RunFigures> runs) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("requestedCount", runs.stream().mapToLong(RunFigures::requestedCount).sum());
    object.put("admittedCount", runs.stream().mapToLong(RunFigures::admittedCount).sum());
    object.put("waitingCount", runs.stream().mapToLong(RunFigures::waitingCount).sum());
    object.put("undecidedCount", runs.stream().mapToLong(RunFigures::undecidedCount).sum());
    object.put("undeliveredCount", runs.stream().mapToLong(RunFigures::undeliveredCount).sum());
    object.put("outstandingCount", runs.stream().mapToLong(RunFigures::outstandingCount).sum());
    return object;
  }

  private static List<Object> runs(List<RunFigures> runs) {
    List<Object> objects = new ArrayList<>();
    runs.stream().limit(MAX_RUNS).forEach(run -> objects.add(run(run)));
    return objects;
  }

  private static Map<String, @Nullable Object> run(RunFigures run) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("run", run.run().number());
    object.put("name", run.run().name());
    object.put("requestedCount", run.requestedCount());
    object.put("admittedCount", run.admittedCount());
    object.put("refusedCount", run.refusedCount());
    object.put("waitingCount", run.waitingCount());
    object.put("undecidedCount", run.undecidedCount());
    object.put("undeliveredCount", run.undeliveredCount());
    object.put("heapBytes", run.heapBytes());
    object.put("heapLimitBytes", run.heapLimitBytes());
    return object;
  }
}
