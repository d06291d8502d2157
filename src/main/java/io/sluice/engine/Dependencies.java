package io.sluice.engine;

import io.sluice.task.Dependency;
import io.sluice.task.TaskId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a task depends on, taken down while it is wired; made only where somebody watches.
///
/// Of several reasons to come behind one task the first counts: reads are wired before writes.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Dependencies {
  private final Slot slot;
  private final Map<TaskId, Dependency.Kind> kinds = new LinkedHashMap<>();

  Dependencies(Slot slot) {
    this.slot = slot;
  }

  void add(Node before, Dependency.Kind kind) {
    switch (before) {
      case Slot task -> put(task, kind);
      case ResultHold result -> put(result.slot, Dependency.Kind.RESULT);
    }
  }

  /// Who made it may have settled long before, and left no record but the bytes.
  void reads(Version version) {
    if (version.owner != null) {
      put(version.owner, Dependency.Kind.DATA);
    }
  }

  private void put(Slot before, Dependency.Kind kind) {
    if (before != slot) {
      kinds.putIfAbsent(before.id(), kind);
    }
  }

  List<Dependency> list() {
    if (kinds.isEmpty()) {
      return List.of();
    }
    List<Dependency> list = new ArrayList<>(kinds.size());
    kinds.forEach((on, kind) -> list.add(new Dependency(on, kind)));
    return List.copyOf(list);
  }
}
