package io.sluice.test;

import io.sluice.runtime.Attempt;
import io.sluice.worker.AsyncWork;
import io.sluice.worker.Work;
import io.sluice.worker.WorkerIdentity;
import io.sluice.worker.WorkerPool;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A pool without threads: what it is handed waits until a test runs it.
final class ManualPool implements WorkerPool {
  private final String name;
  private final int workerCount;
  private final Consumer<RunningMember> onDispatch;
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();
  private final Set<RunningMember> running = new HashSet<>();
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
    RunningMember member = new RunningMember(this, identity, (Attempt) work);
    take(member);
    onDispatch.accept(member);
  }

  private synchronized void take(RunningMember member) {
    if (closed) {
      throw new RejectedExecutionException("pool '" + name + "' is closed");
    }
    running.add(member);
  }

  /// An item has run to its end.
  void ended(RunningMember member) {
    boolean last;
    synchronized (this) {
      running.remove(member);
      last = running.isEmpty() && closed;
    }
    if (last) {
      terminated.complete(null);
    }
  }

  /// Leaves a mark; what is reactive is cancelled.
  @Override
  public boolean interrupt(Work work) {
    if (work instanceof AsyncWork async) {
      return async.cancel();
    }
    RunningMember inside = find(work);
    if (inside != null) {
      inside.markInterrupted();
    }
    return inside != null;
  }

  private synchronized @Nullable RunningMember find(Work work) {
    return running.stream().filter(member -> member.isOf(work)).findAny().orElse(null);
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
      idle = running.isEmpty();
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
