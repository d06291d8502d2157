package io.sluice.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Runs items on threads of its own.
final class ThreadPool implements WorkerPool {

  private final ThreadKind kind;
  private final String name;
  private final int workerCount;
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  ThreadPool(ThreadKind kind, String name, int workerCount) {
    this.kind = kind;
    this.name = name;
    this.workerCount = workerCount;
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
    throw new UnsupportedOperationException(kind + " threads don't run items yet");
  }

  @Override
  public boolean interrupt(Work work) {
    return false;
  }

  @Override
  public void close() {
    terminated.complete(null);
  }

  @Override
  public CompletionStage<Void> terminated() {
    return terminated.minimalCompletionStage();
  }
}
