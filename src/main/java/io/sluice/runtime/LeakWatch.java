package io.sluice.runtime;

import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds yielding results that became unreachable without being closed: reports each with the place
/// where its run was assembled, and releases it.
///
/// **Threads.** One of its own, which starts with the first result watched and ends with the runtime.
/// **Bound.** One record for each open result.
final class LeakWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeakWatch.class);

  private final Shell shell;
  private final ConcurrentHashMap<LentResult.Loan, Watched> open = new ConcurrentHashMap<>();
  private final ReferenceQueue<LentResult> unreachable = new ReferenceQueue<>();
  private volatile @Nullable Thread thread;
  private boolean closed;

  LeakWatch(Shell shell) {
    this.shell = shell;
  }

  /// Watches a result that yields and that the user has to close.
  void watch(LentResult result, Throwable createdAt) {
    open.put(result.loan(), new Watched(result, unreachable, createdAt));
    if (thread == null) {
      start();
    }
  }

  private synchronized void start() {
    if (thread == null && !closed) {
      Thread watcher = new Thread(this::report, "sluice-leak-watch");
      watcher.setDaemon(true);
      watcher.start();
      thread = watcher;
    }
  }

  /// The result was closed.
  void forget(LentResult.Loan loan) {
    open.remove(loan);
  }

  private void report() {
    try {
      while (true) {
        leaked((Watched) unreachable.remove());
      }
    } catch (InterruptedException end) {
      LOG.trace("the runtime has ended", end);
    }
  }

  private void leaked(Watched watched) {
    LentResult.Loan loan = watched.loan;
    open.remove(loan);
    if (!loan.end()) {
      return;
    }
    LOG.error(
        "a {} of {} was never closed; its bytes are released now. Close it, or use a reader.",
        TaskResult.class.getSimpleName(),
        loan.slot(),
        watched.createdAt);
    shell.happenedOutside(
        new TaskEvent.Leaked(
            loan.slot().id(),
            loan.slot().task().name(),
            loan.slot().run().id(),
            watched.createdAt));
  }

  /// Ends the thread.
  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private static final class Watched extends PhantomReference<LentResult> {
    final LentResult.Loan loan;
    final Throwable createdAt;

    Watched(LentResult result, ReferenceQueue<LentResult> queue, Throwable createdAt) {
      super(result, queue);
      this.loan = result.loan();
      this.createdAt = createdAt;
    }
  }
}
