package io.sluice.engine;

import io.sluice.task.TaskInternals;
import io.sluice.task.TaskTicket;
import org.jspecify.annotations.Nullable;

/// What became of a task in each run that has admitted it, kept on the task itself.
///
/// **Bound.** One entry for each open run that has admitted the task, the newest first. A consumed
/// slot is replaced by its outcome, which completed tasks of a run share.
final class Admissions {
  private Admissions() {}

  /// The newest admission of `task` by `run`, which may be long gone; null if there is none.
  static @Nullable Admitted find(TaskTicket task, Run run) {
    return find((Admitted) task.engineRecord(), run);
  }

  private static @Nullable Admitted find(@Nullable Admitted newest, Run run) {
    Admitted admitted = newest;
    while (admitted != null && admitted.run() != run) {
      admitted = admitted.otherAdmission();
    }
    return admitted;
  }

  static void add(Slot slot) {
    put(slot, slot);
  }

  /// The slot is consumed: its outcome takes its place, unless a newer admission has.
  static void settle(Slot slot) {
    Admitted newest = (Admitted) TaskInternals.engineRecord(slot.task);
    if (find(newest, slot.run) != slot) {
      return;
    }
    if (newest == slot && slot.otherAdmission() == null && !slot.failed()) {
      TaskInternals.engineRecord(slot.task, slot.run.completedOutcome);
    } else {
      put(slot, new Outcome(slot.run, slot.cause(), null));
    }
  }

  /// Puts `newest` in front, and drops what there is of its run and of runs that are closed.
  private static void put(Slot slot, Admitted newest) {
    Admitted last = newest;
    Admitted older = (Admitted) TaskInternals.engineRecord(slot.task);
    while (older != null) {
      Admitted next = older.otherAdmission();
      if (older.run() != slot.run && !older.run().closed) {
        last.otherAdmission(older);
        last = older;
      }
      older = next;
    }
    last.otherAdmission(null);
    TaskInternals.engineRecord(slot.task, newest);
  }
}
