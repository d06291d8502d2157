package io.sluice.observe;

import io.sluice.task.RunId;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a trace from events. Of a task whose admission is not among them, as where a run has more tasks alive
/// than a recorder keeps events of, there is what was told since its kernel began; else it is left out.
///
/// **Confinement.** One thread.
final class TraceBuilder {
  private final Map<TaskId, TaskEntry> entries = new LinkedHashMap<>();

  /// Whether the entries are in the order in which their tasks were admitted.
  private boolean areInOrder = true;

  private final List<Sample> heapBytes = new ArrayList<>();
  private final List<Sample> demand = new ArrayList<>();
  private final Lanes lanes = new Lanes();

  private long originNs = Long.MAX_VALUE;
  private long lastNs = Long.MIN_VALUE;
  private long usedBytes;
  private long lostCount;

  /// The task whose bytes came free last.
  private @Nullable TaskEntry lastFreed;

  private TraceBuilder() {}

  /// @param nowNs when kernels that have not returned were seen to run, on the clock of the events
  /// @param processPools the pools whose workers are processes
  static Trace build(
      List<TaskEvent> events, long forgottenCount, long nowNs, Set<String> processPools) {
    TraceBuilder builder = new TraceBuilder();
    events.forEach(builder::origin);
    events.forEach(builder::take);
    builder.cutAt(nowNs, processPools);
    return builder.trace(forgottenCount);
  }

  /// A kernel of a task that was admitted before the recording began may have begun before it, too.
  private void origin(TaskEvent event) {
    switch (event) {
      case TaskEvent.Admitted admitted ->
          originNs = Math.min(originNs, admitted.atNs() - admitted.waitedNs());
      case TaskEvent.Consumed consumed -> originNs = Math.min(originNs, consumed.atNs());
      case TaskEvent.Started started -> originNs = Math.min(originNs, started.atNs());
      case TaskEvent.Returned returned ->
          originNs = Math.min(originNs, returned.startedNs() + returned.runTimeNs());
      default -> {}
    }
  }

  private long at(long ns) {
    lastNs = Math.max(lastNs, ns);
    return Math.max(0, ns - originNs);
  }

  private void take(TaskEvent event) {
    switch (event) {
      case TaskEvent.Admitted admitted -> take(admitted);
      case TaskEvent.Started started -> take(started);
      case TaskEvent.Returned returned -> take(returned);
      case TaskEvent.Abandoned abandoned -> {
        TaskEntry entry = entries.get(abandoned.taskId());
        if (entry != null) {
          entry.givenUp(abandoned.memberIndex());
        }
      }
      case TaskEvent.Retried retried -> {
        TaskEntry entry = entries.get(retried.taskId());
        if (entry != null) {
          entry.retried(at(retried.atNs()), retried.cause(), lanes);
        }
      }
      case TaskEvent.Completed completed ->
          decided(completed.taskId(), TaskState.COMPLETED, completed.atNs(), null);
      case TaskEvent.Failed failed ->
          decided(failed.taskId(), TaskState.FAILED, failed.atNs(), failed.cause());
      case TaskEvent.Cancelled cancelled ->
          decided(cancelled.taskId(), TaskState.CANCELLED, cancelled.atNs(), null);
      case TaskEvent.ResultClosed closed -> {
        TaskEntry entry = entries.get(closed.taskId());
        if (entry != null) {
          entry.resultClosedNs = at(closed.atNs());
        }
      }
      case TaskEvent.Consumed consumed -> take(consumed);
      case TaskEvent.Lost lost -> lostCount += lost.count();
      case TaskEvent.Refused _, TaskEvent.Stalled _, TaskEvent.Drained _, TaskEvent.Leaked _ -> {}
    }
  }

  private void take(TaskEvent.Admitted admitted) {
    long now = at(admitted.atNs());
    TaskEntry entry = new TaskEntry(admitted, now);
    entry.freedBy = admitted.waitedNs() > 0 ? lastFreed : null;
    entries.put(admitted.taskId(), entry);
    demand.add(new Sample(now, admitted.demandCount()));
    use(now, admitted.bytes());
  }

  private void use(long now, long bytes) {
    if (bytes != 0) {
      usedBytes = Math.max(0, usedBytes + bytes);
      heapBytes.add(new Sample(now, usedBytes));
    }
  }

  private void take(TaskEvent.Started started) {
    long now = at(started.atNs());
    entry(started.taskId(), started.taskName(), started.run(), started.atNs())
        .started(started, now, entries);
  }

  private void take(TaskEvent.Returned returned) {
    long started = at(returned.startedNs());
    long ended = at(returned.startedNs() + returned.runTimeNs());
    entry(returned.taskId(), returned.taskName(), returned.run(), returned.startedNs())
        .returned(returned, started, ended, lanes);
  }

  /// Of a task that nobody knows only its name, and that it is there.
  private TaskEntry entry(TaskId id, String name, RunId run, long atNs) {
    TaskEntry known = entries.get(id);
    if (known != null) {
      return known;
    }
    areInOrder = false;
    TaskEvent.Admitted unknown =
        new TaskEvent.Admitted(id, name, run, 0, name, atNs, 0, 0, List.of());
    TaskEntry entry = new TaskEntry(unknown, at(atNs));
    entries.put(id, entry);
    return entry;
  }

  private void decided(TaskId id, TaskState state, long atNs, @Nullable Throwable cause) {
    TaskEntry entry = entries.get(id);
    long now = at(atNs);
    if (entry != null) {
      entry.attemptEnded(now, cause, lanes);
      entry.state = state;
      entry.endedNs = now;
    }
  }

  private void take(TaskEvent.Consumed consumed) {
    TaskEntry entry = entries.get(consumed.taskId());
    long now = at(consumed.atNs());
    if (entry != null) {
      use(now, -entry.bytes());
      lastFreed = entry.bytes() > 0 ? entry : lastFreed;
    }
  }

  private void cutAt(long nowNs, Set<String> processPools) {
    List<TaskEntry> running =
        entries.values().stream().filter(entry -> entry.isRunning(processPools)).toList();
    if (!running.isEmpty()) {
      long now = at(Math.max(lastNs, nowNs));
      running.forEach(entry -> entry.cutAt(now, processPools, lanes));
    }
  }

  private Trace trace(long forgottenCount) {
    lanes.straighten();
    List<TracedTask> tasks = new ArrayList<>(entries.size());
    for (TaskEntry entry : entries.values()) {
      tasks.add(entry.traced(entries));
    }
    if (!areInOrder) {
      tasks.sort(Comparator.comparing(TracedTask::id));
    }
    return new Trace(
        tasks,
        heapBytes,
        demand,
        lastNs == Long.MIN_VALUE ? 0 : Math.max(0, lastNs - originNs),
        lostCount,
        forgottenCount);
  }
}
