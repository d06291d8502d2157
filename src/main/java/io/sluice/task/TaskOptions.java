package io.sluice.task;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What most tasks don't set, each at its default. A plain task has a reference to [#NONE] and no
/// object of its own.
///
/// **Confinement.** Changed only inside [#with], before anybody else sees it.
final class TaskOptions implements Cloneable {
  static final TaskOptions NONE = new TaskOptions();

  /// Of one attempt; 0 for none.
  long timeoutNs;

  @Nullable TaskRetry retry;
  boolean idempotent;
  int priority;

  private TaskOptions() {}

  /// A changed copy.
  TaskOptions with(Consumer<TaskOptions> change) {
    try {
      TaskOptions copy = (TaskOptions) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("it is cloneable", e);
    }
  }
}
