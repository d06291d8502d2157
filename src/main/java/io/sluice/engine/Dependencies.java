package io.sluice.engine;

import io.sluice.task.Dependency;
import io.sluice.task.TaskId;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a task depends on, taken down while it is wired; made only where somebody watches.
///
/// Of several reasons to come behind a task itself the first counts, reads before writes; its open result
/// is another thing to wait for.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Dependencies {
  private final Slot slot;

  /// In their order, each once; null while there is none, as for most tasks of some programs.
  private @Nullable Set<Dependency> all;

  private @Nullable Set<TaskId> tasks;

  Dependencies(Slot slot) {
    this.slot = slot;
  }

  void add(Node before, Dependency.Kind kind) {
    switch (before) {
      case Slot task -> add(task, kind);
      case ResultHold result -> put(result.slot.id(), Dependency.Kind.RESULT);
      case Poison _ -> {} // of a task that is no more
    }
  }

  /// Who made it may have settled long before, and left no record but the bytes.
  void reads(Version version) {
    if (version.owner != null) {
      add(version.owner, Dependency.Kind.DATA);
    }
  }

  private void add(Slot before, Dependency.Kind kind) {
    if (before != slot) {
      Set<TaskId> known = tasks == null ? new HashSet<>() : tasks;
      tasks = known;
      if (known.add(before.id())) {
        put(before.id(), kind);
      }
    }
  }

  private void put(TaskId on, Dependency.Kind kind) {
    Set<Dependency> known = all == null ? new LinkedHashSet<>() : all;
    all = known;
    known.add(new Dependency(on, kind));
  }

  List<Dependency> list() {
    return all == null ? List.of() : List.copyOf(all);
  }
}
