package io.sluice.engine;

import io.sluice.task.Dependency;
import io.sluice.task.TaskId;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a task depends on, taken down while it is wired; made only where somebody watches.
///
/// Of several reasons to come behind a task itself the first counts, reads before writes; its open result
/// is another thing to wait for.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Dependencies {
  private final Slot slot;
  private final Set<TaskId> tasks = new HashSet<>();
  private final Set<Dependency> all = new LinkedHashSet<>();

  Dependencies(Slot slot) {
    this.slot = slot;
  }

  void add(Node before, Dependency.Kind kind) {
    switch (before) {
      case Slot task -> add(task, kind);
      case ResultHold result -> all.add(new Dependency(result.slot.id(), Dependency.Kind.RESULT));
    }
  }

  /// Who made it may have settled long before, and left no record but the bytes.
  void reads(Version version) {
    if (version.owner != null) {
      add(version.owner, Dependency.Kind.DATA);
    }
  }

  private void add(Slot before, Dependency.Kind kind) {
    if (before != slot && tasks.add(before.id())) {
      all.add(new Dependency(before.id(), kind));
    }
  }

  List<Dependency> list() {
    return List.copyOf(all);
  }
}
