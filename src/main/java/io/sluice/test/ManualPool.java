package io.sluice.test;

import io.sluice.runtime.Attempt;
import io.sluice.worker.AsyncWork;
import io.sluice.worker.Work;
import io.sluice.worker.WorkerIdentity;
import io.sluice.worker.WorkerPool;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// A pool without threads: what it is handed waits until a test runs it.
final class ManualPool implements WorkerPool {
  private final String name;
  private final int workerCount;
  private final Consumer<RunningMember> onDispatch;
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();
  private int runningCount;
  private boolean closed;

  /// @param onDispatch told of what the runtime hands over
  ManualPool(String name, int workerCount, Consumer<RunningMember> onDispatch) {
    this.name = name;
    this.workerCount = workerCount;
    this.onDispatch = onDispatch;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int workerCount() {
    return workerCount;
  }

  @Override
  public void dispatch(int worker, Work work) {
    WorkerIdentity identity = new WorkerIdentity(name, worker, name + "-" + worker);
    take();
    onDispatch.accept(new RunningMember(this, identity, (Attempt) work));
  }

  private synchronized void take() {
    if (closed) {
      throw new RejectedExecutionException("pool '" + name + "' is closed");
    }
    runningCount++;
  }

  /// An item has run to its end.
  void ended() {
    boolean last;
    synchronized (this) {
      last = --runningCount == 0 && closed;
    }
    if (last) {
      terminated.complete(null);
    }
  }

  /// No thread is ever inside, but what is reactive can be cancelled.
  @Override
  public boolean interrupt(Work work) {
    return work instanceof AsyncWork async && async.cancel();
  }

  /// There is always another worker of the same name: nothing here is scarce.
  @Override
  public boolean replace(Work work) {
    return true;
  }

  @Override
  public void close() {
    boolean idle;
    synchronized (this) {
      closed = true;
      idle = runningCount == 0;
    }
    if (idle) {
      terminated.complete(null);
    }
  }

  @Override
  public CompletionStage<Void> terminated() {
    return terminated.minimalCompletionStage();
  }
}
