package io.sluice.test;

import io.sluice.error.WorkerLostException;
import io.sluice.runtime.Attempt;
import io.sluice.task.Task;
import io.sluice.worker.AsyncWork;
import io.sluice.worker.Work;
import io.sluice.worker.WorkerIdentity;

/// A member of a task that a worker has, and that does not move until a test moves it: first its kernel
/// runs, then the runtime is told of its end.
final class RunningMember {
  private final ManualPool pool;
  private final WorkerIdentity worker;
  private final Attempt attempt;
  private volatile boolean interrupted;

  RunningMember(ManualPool pool, WorkerIdentity worker, Attempt attempt) {
    this.pool = pool;
    this.worker = worker;
    this.attempt = attempt;
  }

  /// Is inside its kernel, as far as the runtime can tell.
  void start() {
    attempt.countAsStarted();
  }

  Task task() {
    return attempt.task();
  }

  String name() {
    return attempt.task().name();
  }

  int memberIndex() {
    return attempt.memberIndex();
  }

  String worker() {
    return worker.name();
  }

  boolean isAskedToStop() {
    return attempt.isStopRequested();
  }

  boolean isInterrupted() {
    return interrupted;
  }

  void markInterrupted() {
    interrupted = true;
  }

  boolean isOf(Work work) {
    return attempt.equals(work);
  }

  /// Runs the kernel, or what stands in for it, on this thread. A reactive one is only begun, and may end
  /// on any.
  ///
  /// @param whenEnded what to do at its end, once
  void run(Runnable whenEnded) {
    if (attempt instanceof AsyncWork async) {
      async.whenEnded(whenEnded);
      attempt.runOn(worker);
    } else {
      attempt.runOn(worker);
      whenEnded.run();
    }
  }

  /// Tells the runtime of the end, on this thread.
  void tellEnd() {
    try {
      attempt.afterRun(worker);
    } finally {
      pool.ended(this);
    }
  }

  /// Tells the runtime, on this thread, that the worker is gone.
  void tellLost() {
    try {
      attempt.lost(new WorkerLostException(worker.name(), "was lost, as the test wanted"));
    } finally {
      pool.ended(this);
    }
  }

  @Override
  public String toString() {
    String member = task().memberCount() == 1 ? "" : " member " + memberIndex();
    return "'" + name() + "'" + member + " on " + worker();
  }
}
