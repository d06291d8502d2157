package io.sluice.observe;

import io.sluice.task.Dependency;
import io.sluice.task.Dependency.Kind;
import io.sluice.task.RunId;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Events as a test wants them, task by task.
final class Told {
  private static final RunId RUN = new RunId(1, null);

  final List<TaskEvent> events = new ArrayList<>();

  static TaskId id(int number) {
    return new TaskId(0, number);
  }

  static Dependency on(int number, Kind kind) {
    return new Dependency(id(number), kind);
  }

  Told admitted(int number, long bytes, long atNs, long waitedNs, Dependency... on) {
    return add(
        new TaskEvent.Admitted(
            id(number), "t" + number, RUN, bytes, "k", atNs, waitedNs, 0, List.of(on)));
  }

  Told started(int number, int member, int worker, long atNs) {
    return add(new TaskEvent.Started(id(number), "t" + number, RUN, member, "cpu", worker, atNs));
  }

  Told returned(int number, int attempt, int worker, long startedNs, long runTimeNs) {
    return add(
        new TaskEvent.Returned(
            id(number), "t" + number, RUN, 0, attempt, "cpu", worker, startedNs, runTimeNs, false));
  }

  Told completed(int number, long atNs) {
    return add(new TaskEvent.Completed(id(number), "t" + number, RUN, 0, atNs));
  }

  /// On worker 0, at the first attempt, and completed with that.
  Told ran(int number, long startedNs, long endedNs) {
    return returned(number, 1, 0, startedNs, endedNs - startedNs).completed(number, endedNs);
  }

  Told failed(int number, Throwable cause, long atNs) {
    return add(new TaskEvent.Failed(id(number), "t" + number, RUN, cause, atNs));
  }

  Told retried(int number, int attempt, Throwable cause, long atNs) {
    return add(new TaskEvent.Retried(id(number), "t" + number, RUN, attempt, 0, cause, atNs));
  }

  Told abandoned(int number, int worker) {
    return add(new TaskEvent.Abandoned(id(number), "t" + number, RUN, 0, "cpu", worker));
  }

  Told resultClosed(int number, long atNs) {
    return add(new TaskEvent.ResultClosed(id(number), "t" + number, RUN, atNs));
  }

  Told consumed(int number, long bytes, long atNs) {
    return add(new TaskEvent.Consumed(id(number), "t" + number, RUN, bytes, atNs));
  }

  Told add(TaskEvent event) {
    events.add(event);
    return this;
  }

  Trace trace() {
    return taken(0);
  }

  Trace taken(long nowNs) {
    return TraceBuilder.build(events, 0, nowNs, Set.of());
  }

  /// The same where the workers are processes.
  Trace takenOfProcesses(long nowNs) {
    return TraceBuilder.build(events, 0, nowNs, Set.of("cpu"));
  }
}
