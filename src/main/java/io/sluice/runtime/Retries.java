package io.sluice.runtime;

import io.sluice.task.Task;
import io.sluice.task.TaskRetry;
import java.util.function.Predicate;

/// Asks the filter of a task's retries, which is a user's code. Outside the drain.
final class Retries {
  private Retries() {}

  /// Whether the task may be tried again after this failure, as far as its filter goes. A filter that
  /// throws says no.
  static boolean mayRetry(Task task, Throwable failure) {
    TaskRetry retry = task.retry();
    if (retry == null) {
      return false;
    }
    Predicate<? super Throwable> filter = retry.filter();
    return filter == null || test(filter, failure);
  }

  @SuppressWarnings("ReferenceEquality") // Only itself it can't suppress.
  private static boolean test(Predicate<? super Throwable> filter, Throwable failure) {
    try {
      return filter.test(failure);
    } catch (Throwable thrown) {
      if (thrown != failure) {
        failure.addSuppressed(thrown);
      }
      return false;
    }
  }
}
