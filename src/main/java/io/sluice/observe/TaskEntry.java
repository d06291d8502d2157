package io.sluice.observe;

import io.sluice.error.RecordedFailure;
import io.sluice.error.TaskTimeoutException;
import io.sluice.error.WorkerLostException;
import io.sluice.task.Dependency;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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

  /// Slices of members that were given up, until then; of a process, they never return.
  private final Map<Integer, Lanes.Place> overdue = new HashMap<>(0);

  private int attempt = 1;
  TaskState state = TaskState.PENDING;
  long endedNs = TracedTask.NEVER;
  long resultClosedNs = TracedTask.NEVER;

  /// The task whose bytes came free before this one got its own.
  @Nullable TaskEntry freedBy;

  private record Begun(TaskEvent.Started event, long earliestNs, int attempt) {
    int member() {
      return event.memberIndex();
    }
  }

  TaskEntry(TaskEvent.Admitted admitted, long admittedNs) {
    this.admitted = admitted;
    this.admittedNs = admittedNs;
  }

  long bytes() {
    return admitted.bytes();
  }

  /// The scheduler's clock may be behind the ends of those that it stands behind.
  void started(TaskEvent.Started started, long now, Map<TaskId, TaskEntry> all) {
    long earliest = now;
    for (Dependency dependency : admitted.dependencies()) {
      TaskEntry before = all.get(dependency.on());
      earliest = before == null ? earliest : Math.max(earliest, before.toldEndNs());
    }
    begun.removeIf(each -> each.member() == started.memberIndex());
    begun.add(new Begun(started, earliest, attempt));
  }

  private long toldEndNs() {
    long end = 0;
    for (Lanes.Place place : places) {
      end = place.slice().givenUp() ? end : Math.max(end, place.slice().endedNs());
    }
    return end;
  }

  void givenUp(int member) {
    givenUp.add(member);
  }

  void returned(TaskEvent.Returned returned, long startedNs, long ended, Lanes lanes) {
    int member = returned.memberIndex();
    boolean late = givenUp.remove(member);
    Lanes.Place standIn = overdue.remove(member);
    if (standIn != null && !late) {
      places.remove(standIn);
      lanes.remove(standIn);
    }
    long from = standIn == null || !late ? startedNs : standIn.slice().endedNs();
    places.add(
        lanes.add(
            new Slice(
                returned.pool(),
                returned.worker(),
                member,
                returned.attempt(),
                from,
                Math.max(from, ended),
                returned.failed(),
                late),
            late ? from : earliestNs(member)));
    begun.removeIf(each -> each.member() == member);
  }

  private long earliestNs(int member) {
    return begun.stream()
        .filter(each -> each.member() == member)
        .mapToLong(Begun::earliestNs)
        .findFirst()
        .orElse(admittedNs);
  }

  /// A member that has not returned by now was lost with its process, was given up, or was not called.
  void attemptEnded(long now, @Nullable Throwable cause, Lanes lanes) {
    boolean isOverdue = is(TaskTimeoutException.class, cause);
    boolean isLost = is(WorkerLostException.class, cause);
    for (Begun member : List.copyOf(begun)) {
      boolean mayReturn = isOverdue || givenUp.contains(member.member());
      if (mayReturn || isLost) {
        Lanes.Place place = lanes.addUnreturned(unreturned(member, now, true));
        places.add(place);
        begun.remove(member);
        if (mayReturn) {
          overdue.put(member.member(), place);
        }
      }
    }
    attempt++;
  }

  /// It is tried again, which it is when no member runs any more.
  void retried(long now, Throwable cause, Lanes lanes) {
    attemptEnded(now, cause, lanes);
    givenUp.clear();
    overdue.clear();
  }

  /// Whether its kernel runs, as far as was told.
  boolean isRunning(Set<String> processPools) {
    return (isWaitedFor() && begun.stream().anyMatch(this::isOfThisAttempt))
        || goingOn(processPools).findAny().isPresent();
  }

  private boolean isWaitedFor() {
    return state == TaskState.PENDING;
  }

  /// Of members that were given up and have not returned, the times until then. A process is killed for it, and
  /// its kernel never returns.
  private Stream<Slice> goingOn(Set<String> processPools) {
    return overdue.entrySet().stream()
        .filter(member -> givenUp.contains(member.getKey()))
        .map(member -> member.getValue().slice())
        .filter(slice -> !processPools.contains(slice.pool()));
  }

  private boolean isOfThisAttempt(Begun member) {
    return member.attempt == attempt;
  }

  /// Has kernels that run end by now.
  void cutAt(long now, Set<String> processPools, Lanes lanes) {
    if (isWaitedFor()) {
      begun.stream()
          .filter(this::isOfThisAttempt)
          .forEach(member -> places.add(lanes.addUnreturned(unreturned(member, now, false))));
    }
    goingOn(processPools)
        .forEach(slice -> places.add(lanes.add(goneOn(slice, now), slice.endedNs())));
  }

  private static Slice goneOn(Slice until, long now) {
    long from = until.endedNs();
    return new Slice(
        until.pool(),
        until.worker(),
        until.member(),
        until.attempt(),
        from,
        Math.max(from, now),
        false,
        true);
  }

  private static boolean is(Class<? extends Throwable> kind, @Nullable Throwable cause) {
    if (cause instanceof RecordedFailure recorded) {
      return recorded.isOf(kind);
    }
    return cause != null && (kind.isInstance(cause) || kind.isInstance(cause.getCause()));
  }

  private Slice unreturned(Begun member, long now, boolean failed) {
    TaskEvent.Started event = member.event;
    return new Slice(
        event.pool(),
        event.worker(),
        event.memberIndex(),
        attempt,
        member.earliestNs,
        Math.max(now, member.earliestNs),
        failed,
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
        nextNs(),
        admittedNs,
        ended(slices),
        state,
        slices,
        admitted.dependencies(),
        waits(slices, all));
  }

  private long nextNs() {
    return Math.max(0, admittedNs - admitted.waitedNs());
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
