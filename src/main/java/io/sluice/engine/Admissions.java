package io.sluice.engine;

import io.sluice.task.Task;
import io.sluice.task.TaskInternals;
import org.jspecify.annotations.Nullable;

/// Which slot a run gave to a task, kept on the task itself.
///
/// **Bound.** One slot for each open run that has admitted the task, the newest first.
final class Admissions {
  private Admissions() {}

  /// The newest admission of `task` by `run`, which may be long gone; null if there is none.
  static @Nullable Slot find(Task task, Run run) {
    Slot slot = (Slot) TaskInternals.engineRecord(task);
    while (slot != null && slot.run != run) {
      slot = slot.otherAdmission;
    }
    return slot;
  }

  static void add(Slot slot) {
    Slot newest = slot;
    Slot older = (Slot) TaskInternals.engineRecord(slot.task);
    while (older != null) {
      Slot next = older.otherAdmission;
      if (older.run != slot.run && !older.run.closed) {
        newest.otherAdmission = older;
        newest = older;
      }
      older = next;
    }
    newest.otherAdmission = null;
    TaskInternals.engineRecord(slot.task, slot);
  }
}
