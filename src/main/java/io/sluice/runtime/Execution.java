package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.engine.Slot;
import io.sluice.error.WorkerLostException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.worker.WorkerIdentity;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/// One attempt at one member of a task: sent to a worker, run there, then posted as its own
/// completion.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | slot, member, worker, attempt | written in the drain, before it is sent | final |
/// | failure, may retry, cancelled, when and where it ran, rows | the worker's thread, before it posts | plain; the sink publishes |
class Execution extends SinkEvent implements Attempt {
  private static final AtomicReferenceFieldUpdater<Execution, @Nullable KernelCall> CALL =
      AtomicReferenceFieldUpdater.newUpdater(Execution.class, KernelCall.class, "call");

  final Shell shell;
  final Slot slot;
  final int member;
  final int worker;
  final int attempt;

  /// The next one in the outbox of the drain that dispatched both; of no meaning once it is sent.
  @Nullable Execution nextDispatch;

  /// For the test kit: whether it is too late to keep the kernel from being called.
  private boolean countsAsStarted;

  private @Nullable Throwable failure;
  private boolean mayRetry;
  boolean cancelled;
  long runTimeNs;

  /// When the kernel began, by the machine's clock.
  long startedNs;

  /// The number of the worker that called the kernel, which may have been taken from another; below 0 if
  /// none did.
  int ranOn = -1;

  /// How many rows the kernel said it used; null if nothing.
  long @Nullable [] usedRows;

  /// The call in progress, for those who ask it to stop.
  volatile @Nullable KernelCall call;

  /// Whether somebody asked it to stop, be it before the call began.
  volatile boolean stopRequested;

  Execution(Shell shell, Slot slot, int member, int worker) {
    this.shell = shell;
    this.slot = slot;
    this.member = member;
    this.worker = worker;
    this.attempt = slot.attempt();
  }

  /// Hands it to its worker; outside the drain. Where the pool refuses, the task fails with that.
  final void send() {
    try {
      shell.pool(slot).dispatch(worker, this);
    } catch (Throwable refusal) {
      noteFailure(refusal);
      shell.sink().post(this);
    }
  }

  @Override
  public final Task task() {
    return slot.task();
  }

  @Override
  public final int memberIndex() {
    return member;
  }

  @Override
  public final boolean isStopRequested() {
    return stopRequested || shell.hasStopped(slot.run());
  }

  @Override
  public final void countAsStarted() {
    countsAsStarted = true;
  }

  @Override
  public final boolean isStealable() {
    return slot.task().memberCount() == 1 && slot.task().exactWorker(0) < 0;
  }

  @Override
  public void runOn(WorkerIdentity identity) {
    if (isStopRequested() && !countsAsStarted) {
      cancelled = true;
    } else {
      callKernel(identity);
    }
  }

  @Override
  public void afterRun(WorkerIdentity identity) {
    shell.sink().post(this);
  }

  @Override
  public final void lost(WorkerLostException cause) {
    noteFailure(cause);
    shell.sink().post(this);
  }

  /// Says that it is inside, and then looks once more whether it should be: who asks it to stop says so
  /// first, and then looks whether a thread is inside to be interrupted or replaced.
  private void callKernel(WorkerIdentity identity) {
    startedNs = System.nanoTime();
    try (KernelCall current = new KernelCall(shell, slot, member, attempt, identity.name())) {
      call = current;
      if (stopRequested && !countsAsStarted) {
        cancelled = true;
      } else {
        if (stopRequested) {
          current.cancel();
        }
        ranOn = identity.index();
        current.run();
        usedRows = current.saidRows();
      }
    } catch (Throwable thrown) {
      noteFailure(thrown);
    } finally {
      CALL.lazySet(this, null);
    }
    runTimeNs = System.nanoTime() - startedNs;
  }

  /// The filter of retries is a user's code, so it is asked here and not in the drain.
  final void noteFailure(Throwable thrown) {
    failure = thrown;
    mayRetry = slot.task().retry() != null && Retries.mayRetry(slot.task(), thrown);
  }

  /// Asks the kernel to stop, or not to start. Any thread.
  void requestStop() {
    stopRequested = true;
    KernelCall current = call;
    if (current != null) {
      current.cancel();
    }
  }

  /// The same, and interrupts the thread inside the kernel. Any thread.
  void interrupt() {
    requestStop();
    shell.pool(slot).interrupt(this);
  }

  /// Puts another thread in the place of the one inside the kernel. Any thread, after [#requestStop]:
  /// if no thread is inside now, none will be.
  void replaceWorker() {
    if (shell.pool(slot).replace(this)) {
      shell.post(engine -> engine.workerReplaced(slot, member, attempt));
    }
  }

  @Override
  final void apply(Engine engine) {
    shell.executed();
    slot.attach(member, null);
    if (ranOn >= 0 && shell.watched()) {
      shell.happened(returned());
    }
    if (cancelled) {
      engine.memberCancelled(slot, member, attempt);
    } else if (failure instanceof WorkerLostException lost) {
      engine.memberLost(slot, member, attempt, lost);
    } else if (failure != null) {
      engine.memberFailed(slot, member, attempt, failure, mayRetry);
    } else {
      engine.memberCompleted(slot, member, attempt, runTimeNs, usedRows);
    }
  }

  private TaskEvent returned() {
    return new TaskEvent.Returned(
        slot.id(),
        slot.task().name(),
        slot.run().id(),
        member,
        attempt,
        shell.pool(slot).name(),
        ranOn,
        shell.atOwnTime(startedNs),
        runTimeNs,
        failure != null);
  }
}
