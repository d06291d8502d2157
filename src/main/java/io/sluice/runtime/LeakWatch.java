package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import java.lang.ref.Cleaner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds yielding results that became unreachable without being closed: reports each with the place
/// where its run was assembled, and releases it.
///
/// **Threads.** The report comes from the cleaner's own thread, which starts with the first result
/// watched.
final class LeakWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LeakWatch.class);

  private final Shell shell;

  LeakWatch(Shell shell) {
    this.shell = shell;
  }

  /// Watches a result that yields and that the user has to close.
  void watch(LentResult result, Throwable createdAt) {
    var _ = Holder.CLEANER.register(result, new Report(this, result.loan(), createdAt));
  }

  private void leaked(LentResult.Loan loan, Throwable createdAt) {
    if (!loan.end()) {
      return;
    }
    LOG.error(
        "a {} of {} was never closed; its bytes are released now. Close it, or use a reader.",
        TaskResult.class.getSimpleName(),
        loan.slot(),
        createdAt);
    shell.happenedOutside(
        new TaskEvent.Leaked(loan.slot().id(), loan.slot().task().name(), createdAt));
  }

  private record Report(LeakWatch watch, LentResult.Loan loan, Throwable createdAt)
      implements Runnable {
    @Override
    public void run() {
      watch.leaked(loan, createdAt);
    }
  }

  private static final class Holder {
    static final Cleaner CLEANER =
        Cleaner.create(
            task -> {
              Thread thread = new Thread(task, "sluice-leak-watch");
              thread.setDaemon(true);
              return thread;
            });
  }
}
