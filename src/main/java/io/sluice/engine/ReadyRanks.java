package io.sluice.engine;

import io.sluice.task.Task;
import org.jspecify.annotations.Nullable;

/// The ready tasks of one lane that have a priority other than 0, a list for each priority.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class ReadyRanks {
  private final ReadyList[] lists = new ReadyList[Task.HIGHEST_PRIORITY - Task.LOWEST_PRIORITY + 1];
  private int size;

  /// How many tasks in a row were taken before the oldest one.
  int passCount;

  ReadyRanks() {
    for (int i = 0; i < lists.length; i++) {
      lists[i] = new ReadyList();
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(Slot slot) {
    listOf(slot).add(slot);
    size++;
  }

  void remove(Slot slot) {
    listOf(slot).remove(slot);
    size--;
  }

  private ReadyList listOf(Slot slot) {
    return lists[slot.task.priority() - Task.LOWEST_PRIORITY];
  }

  /// The first of the highest priority, if `usual` is the first of those with priority 0.
  @Nullable Slot highest(@Nullable Slot usual) {
    for (int i = lists.length - 1; i >= 0; i--) {
      Slot slot = i == -Task.LOWEST_PRIORITY ? usual : lists[i].first;
      if (slot != null) {
        return slot;
      }
    }
    return null;
  }

  /// The one that became ready first, if `usual` is the first of those with priority 0.
  @Nullable Slot oldest(@Nullable Slot usual) {
    Slot oldest = usual;
    for (ReadyList list : lists) {
      Slot slot = list.first;
      if (slot != null && (oldest == null || slot.readyStamp < oldest.readyStamp)) {
        oldest = slot;
      }
    }
    return oldest;
  }
}
