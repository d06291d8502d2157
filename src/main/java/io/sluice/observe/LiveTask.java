package io.sluice.observe;

import io.sluice.task.Dependency;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the meters remember of a task while it is alive: since when it could have run.
///
/// **Confinement.** The signals of one subscription.
final class LiveTask {
  final KernelMeters kernel;
  private long readyNs;
  private boolean decided;
  private boolean closed;

  /// Those that stand behind it, and behind its result; null for none.
  private @Nullable List<LiveTask> successors;

  private @Nullable List<LiveTask> overwriters;

  LiveTask(KernelMeters kernel, long admittedNs) {
    this.kernel = kernel;
    this.readyNs = admittedNs;
  }

  long readyNs() {
    return readyNs;
  }

  void standsBehind(@Nullable LiveTask before, Dependency.Kind kind) {
    if (before == null) {
      return;
    }
    if (kind == Dependency.Kind.RESULT) {
      before.overwriters = before.closed ? null : with(before.overwriters, this);
    } else {
      before.successors = before.decided ? null : with(before.successors, this);
    }
  }

  private static List<LiveTask> with(@Nullable List<LiveTask> list, LiveTask task) {
    List<LiveTask> longer = list == null ? new ArrayList<>(2) : list;
    longer.add(task);
    return longer;
  }

  void decided(long atNs) {
    decided = true;
    ready(successors, atNs);
    successors = null;
  }

  void resultClosed(long atNs) {
    closed = true;
    ready(overwriters, atNs);
    overwriters = null;
  }

  /// It is to be tried again, from then on.
  void rests(long untilNs) {
    readyNs = Math.max(readyNs, untilNs);
  }

  private static void ready(@Nullable List<LiveTask> tasks, long atNs) {
    if (tasks != null) {
      tasks.forEach(task -> task.rests(atNs));
    }
  }
}
