package io.sluice.observe;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// For how long at least one of several tasks was waited for: since it was the next of its source, until it was
/// decided. What lies between, with nothing to do, is left out.
final class AliveTime {
  private AliveTime() {}

  /// @param spanNs when tasks end that are not decided
  static long of(List<TracedTask> tasks, Predicate<TracedTask> which, long spanNs) {
    List<TracedTask> inOrder =
        tasks.stream().filter(which).sorted(Comparator.comparingLong(TracedTask::nextNs)).toList();
    long alive = 0;
    long until = 0;
    for (TracedTask task : inOrder) {
      long end = Math.min(task.endedNs(), spanNs);
      alive += Math.max(0, end - Math.max(until, task.nextNs()));
      until = Math.max(until, end);
    }
    return alive;
  }
}
