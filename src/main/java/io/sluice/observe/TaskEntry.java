package io.sluice.observe;

import io.sluice.error.WorkerLostException;
import io.sluice.task.Dependency;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a trace's builder knows of one task so far.
///
/// **Confinement.** The builder's thread.
final class TaskEntry {
  private final TaskEvent.Admitted admitted;
  private final long admittedNs;
  private final List<Lanes.Place> places = new ArrayList<>();

  /// Members that were handed to a worker and have not returned.
  private final List<Begun> begun = new ArrayList<>(1);

  private final Set<Integer> givenUp = new HashSet<>(0);

  private int attempt = 1;
  TaskState state = TaskState.PENDING;
  long endedNs = TracedTask.NEVER;
  long resultClosedNs = TracedTask.NEVER;

  /// The task whose bytes came free before this one got its own.
  @Nullable TaskEntry freedBy;

  private record Begun(TaskEvent.Started event, long atNs) {}

  TaskEntry(TaskEvent.Admitted admitted, long admittedNs) {
    this.admitted = admitted;
    this.admittedNs = admittedNs;
  }

  long bytes() {
    return admitted.bytes();
  }

  void started(TaskEvent.Started started, long now) {
    begun.add(new Begun(started, now));
  }

  void givenUp(int member) {
    givenUp.add(member);
  }

  void returned(TaskEvent.Returned returned, long startedNs, long ended, Lanes lanes) {
    begun.removeIf(each -> each.event.memberIndex() == returned.memberIndex());
    boolean late = givenUp.remove(returned.memberIndex());
    places.add(
        lanes.add(
            new Slice(
                returned.pool(),
                returned.worker(),
                returned.memberIndex(),
                returned.attempt(),
                startedNs,
                ended,
                returned.failed(),
                late)));
  }

  /// A member that has not returned by now was lost with its process, or was not called.
  void attemptEnded(long now, @Nullable Throwable cause, Lanes lanes) {
    if (cause instanceof WorkerLostException || isCausedByLoss(cause)) {
      for (Begun member : begun) {
        places.add(lanes.add(lost(member, now)));
      }
      begun.clear();
    }
    attempt++;
  }

  private static boolean isCausedByLoss(@Nullable Throwable cause) {
    return cause != null && cause.getCause() instanceof WorkerLostException;
  }

  private Slice lost(Begun member, long now) {
    TaskEvent.Started event = member.event;
    return new Slice(
        event.pool(),
        event.worker(),
        event.memberIndex(),
        attempt,
        member.atNs,
        Math.max(now, member.atNs),
        true,
        false);
  }

  TracedTask traced(Map<TaskId, TaskEntry> all) {
    List<Slice> slices =
        places.stream()
            .map(Lanes.Place::slice)
            .sorted(Comparator.comparingLong(Slice::startedNs))
            .toList();
    return new TracedTask(
        admitted.taskId(),
        admitted.taskName(),
        admitted.kernel(),
        admitted.run(),
        admitted.bytes(),
        admittedNs,
        ended(slices),
        state,
        slices,
        admitted.dependencies(),
        waits(slices, all));
  }

  /// Not before its kernel's end, which the scheduler's clock may be behind.
  private long ended(List<Slice> slices) {
    return slices.isEmpty() || endedNs == TracedTask.NEVER
        ? endedNs
        : Math.max(
            endedNs,
            slices.stream().filter(s -> !s.givenUp()).mapToLong(Slice::endedNs).max().orElse(0));
  }

  private Waits waits(List<Slice> slices, Map<TaskId, TaskEntry> all) {
    long forResult = heldByResult();
    long started = slices.isEmpty() ? Math.min(endedNs, admittedNs) : slices.getFirst().startedNs();
    long produced = Math.min(started, producedNs(all));
    long closed = Math.min(started, closedNs(all));
    long ready = Math.max(produced, closed);
    return new Waits(
        admitted.waitedNs() - forResult,
        produced - admittedNs,
        Math.max(0, started - ready),
        forResult + ready - produced);
  }

  /// How much of the wait for bytes was one for the result that held them.
  private long heldByResult() {
    TaskEntry holder = freedBy;
    if (holder == null || holder.resultClosedNs == TracedTask.NEVER) {
      return 0;
    }
    long from = Math.max(holder.endedNs, admittedNs - admitted.waitedNs());
    long to = Math.min(holder.resultClosedNs, admittedNs);
    return Math.clamp(to - from, 0, admitted.waitedNs());
  }

  /// When the last of the tasks that it stands behind had ended.
  private long producedNs(Map<TaskId, TaskEntry> all) {
    long latest = admittedNs;
    for (Dependency dependency : admitted.dependencies()) {
      TaskEntry before = all.get(dependency.on());
      if (before != null && before.endedNs != TracedTask.NEVER) {
        latest = Math.max(latest, before.endedNs);
      }
    }
    return latest;
  }

  /// When the last of the results that it overwrites had been closed.
  private long closedNs(Map<TaskId, TaskEntry> all) {
    long latest = admittedNs;
    for (Dependency dependency : admitted.dependencies()) {
      TaskEntry before = all.get(dependency.on());
      if (before != null
          && before.resultClosedNs != TracedTask.NEVER
          && dependency.kind() == Dependency.Kind.RESULT) {
        latest = Math.max(latest, before.resultClosedNs);
      }
    }
    return latest;
  }
}
