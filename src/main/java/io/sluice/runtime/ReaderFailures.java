package io.sluice.runtime;

import io.sluice.error.CompositeTaskException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What readers threw in a run that goes on: counted all, and kept up to
/// [CompositeTaskException#CAUSE_LIMIT]. Owned by the delivery.
final class ReaderFailures {
  private final List<Throwable> causes = new ArrayList<>();
  private final @Nullable String runName;
  private long count;

  ReaderFailures(@Nullable String runName) {
    this.runName = runName;
  }

  void add(Throwable failure) {
    count++;
    if (causes.size() < CompositeTaskException.CAUSE_LIMIT) {
      causes.add(failure);
    }
  }

  /// What the run ends with, if its tasks ended with this.
  @Nullable Throwable behind(@Nullable Throwable taskFailure) {
    if (causes.isEmpty()) {
      return taskFailure;
    }
    List<Throwable> all = new ArrayList<>(causes);
    long total = count;
    if (taskFailure instanceof CompositeTaskException tasks) {
      all.addAll(0, tasks.causes());
      total += tasks.failureCount();
    }
    return new CompositeTaskException(runName, all, total);
  }
}
