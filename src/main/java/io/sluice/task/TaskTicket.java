package io.sluice.task;

import org.jspecify.annotations.Nullable;

/// What stands for a task in the `after` of another one: its name, and what became of it. It does not
/// keep the task alive, nor what that one came after. Internal: not for users.
public final class TaskTicket {
  private final String taskName;

  /// The engine's record of the newest admission; owned by the engine's thread.
  private volatile @Nullable Object engineRecord;

  TaskTicket(String taskName, @Nullable Object engineRecord) {
    this.taskName = taskName;
    this.engineRecord = engineRecord;
  }

  /// The name of the task.
  public String taskName() {
    return taskName;
  }

  /// What the engine keeps of its admissions; null if there was none.
  public @Nullable Object engineRecord() {
    return engineRecord;
  }

  /// Keeps another record.
  public void engineRecord(@Nullable Object record) {
    this.engineRecord = record;
  }

  @Override
  public String toString() {
    return "task '" + taskName + "'";
  }
}
