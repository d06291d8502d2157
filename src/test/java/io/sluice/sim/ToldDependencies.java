package io.sluice.sim;

import io.sluice.task.Dependency;
import io.sluice.task.Dependency.Kind;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What those who watch are told of dependencies, held against the order of what happens: each leads to an
/// earlier task, once, and no task starts before what it stands behind has ended, results included.
final class ToldDependencies {
  private final Map<TaskId, List<Dependency>> dependencies = new HashMap<>();
  private final Set<TaskId> decided = new HashSet<>();
  private final Set<TaskId> closed = new HashSet<>();

  void take(TaskEvent event) {
    switch (event) {
      case TaskEvent.Admitted admitted -> admitted(admitted);
      case TaskEvent.Started started -> started(started.taskId());
      case TaskEvent.Completed completed -> decided.add(completed.taskId());
      case TaskEvent.Failed failed -> failed(failed.taskId());
      case TaskEvent.Cancelled cancelled -> failed(cancelled.taskId());
      case TaskEvent.ResultClosed result -> closed.add(result.taskId());
      case TaskEvent.Drained _ -> clear();
      default -> {}
    }
  }

  private void admitted(TaskEvent.Admitted admitted) {
    TaskId id = admitted.taskId();
    Broken.unless(
        new HashSet<>(admitted.dependencies()).size() == admitted.dependencies().size(),
        "events: %s was told to depend on something twice: %s",
        id,
        admitted.dependencies());
    for (Dependency dependency : admitted.dependencies()) {
      Broken.unless(
          dependencies.containsKey(dependency.on()) && dependency.on().compareTo(id) < 0,
          "events: %s was told to depend on %s",
          id,
          dependency);
    }
    dependencies.put(id, admitted.dependencies());
  }

  /// The result of a task that did not complete is nobody's.
  private void failed(TaskId id) {
    decided.add(id);
    closed.add(id);
  }

  private void started(TaskId id) {
    for (Dependency dependency : dependencies.get(id)) {
      Set<TaskId> ended = dependency.kind() == Kind.RESULT ? closed : decided;
      Broken.unless(
          ended.contains(dependency.on()), "events: %s started before %s", id, dependency);
    }
  }

  private void clear() {
    dependencies.clear();
    decided.clear();
    closed.clear();
  }
}
