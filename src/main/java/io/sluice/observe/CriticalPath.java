package io.sluice.observe;

import io.sluice.task.Dependency;
import io.sluice.task.TaskId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The chain of tasks, each behind the one before, whose kernels ran longest together.
///
/// With any number of workers and any heap, the run would take as long as this. So its share of the time
/// tells where to look: near 1, at the kernels on it; far below, at what tasks waited for.
///
/// @param tasks in their order
/// @param lengthNs how long their kernels ran together
/// @param spanNs the time that its share is one of: in which tasks of its runs were alive
public record CriticalPath(List<TracedTask> tasks, long lengthNs, long spanNs) {
  /// Keeps a copy of the list.
  public CriticalPath {
    tasks = List.copyOf(tasks);
  }

  /// Its part of the time, from 0 to 1.
  public double share() {
    return spanNs == 0 ? 0 : Math.min(1, (double) lengthNs / spanNs);
  }

  /// A task comes behind all that it depends on, so one pass finds the longest way to each.
  static CriticalPath of(List<TracedTask> tasks, long spanNs) {
    Map<TaskId, Step> steps = HashMap.newHashMap(tasks.size());
    Step longest = null;
    for (TracedTask task : tasks) {
      Step step = Step.to(task, steps);
      steps.put(task.id(), step);
      longest = longest == null || step.lengthNs > longest.lengthNs ? step : longest;
    }
    ArrayDeque<TracedTask> path = new ArrayDeque<>();
    for (Step step = longest; step != null; step = step.before) {
      path.addFirst(step.task);
    }
    return new CriticalPath(List.copyOf(path), longest == null ? 0 : longest.lengthNs, spanNs);
  }

  private record Step(TracedTask task, @Nullable Step before, long lengthNs) {
    static Step to(TracedTask task, Map<TaskId, Step> steps) {
      Step longest = null;
      for (Dependency dependency : task.dependencies()) {
        Step before = steps.get(dependency.on());
        if (before != null && (longest == null || before.lengthNs > longest.lengthNs)) {
          longest = before;
        }
      }
      return new Step(task, longest, task.runTimeNs() + (longest == null ? 0 : longest.lengthNs));
    }
  }
}
