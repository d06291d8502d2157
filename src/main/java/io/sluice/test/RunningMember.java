package io.sluice.test;

import io.sluice.runtime.Attempt;
import io.sluice.task.Task;
import io.sluice.worker.AsyncWork;
import io.sluice.worker.WorkerIdentity;

/// A member of a task that a worker has, and that does not move until a test moves it: first its kernel
/// runs, then its end is told to the runtime.
final class RunningMember {
  private final ManualPool pool;
  private final WorkerIdentity worker;
  private final Attempt attempt;

  RunningMember(ManualPool pool, WorkerIdentity worker, Attempt attempt) {
    this.pool = pool;
    this.worker = worker;
    this.attempt = attempt;
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

  /// Runs the kernel, or what `call` says in its place, on this thread. A reactive one is only begun.
  void run() {
    if (attempt instanceof AsyncWork async) {
      async.whenEnded(this::tellEnd);
    }
    attempt.runOn(worker);
  }

  /// Tells the runtime, on this thread; what is reactive tells by itself.
  void end() {
    if (!(attempt instanceof AsyncWork)) {
      tellEnd();
    }
  }

  private void tellEnd() {
    try {
      attempt.afterRun(worker);
    } finally {
      pool.ended();
    }
  }

  @Override
  public String toString() {
    String member = task().memberCount() == 1 ? "" : " member " + memberIndex();
    return "'" + name() + "'" + member + " on " + worker();
  }
}
