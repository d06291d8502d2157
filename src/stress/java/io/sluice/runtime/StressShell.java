package io.sluice.runtime;

import io.sluice.config.HeapPolicy;
import io.sluice.config.LeakLevel;
import io.sluice.config.PoolConfig;
import io.sluice.config.RunOptions;
import io.sluice.engine.EngineConfig;
import io.sluice.engine.FailureMode;
import io.sluice.engine.PoolLayout;
import io.sluice.engine.RunPlan;
import io.sluice.task.Task;
import io.sluice.test.VirtualTime;
import io.sluice.worker.ThreadKind;
import io.sluice.worker.Work;
import io.sluice.worker.WorkerIdentity;
import io.sluice.worker.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// One runtime for all states of a test, without threads: whoever drains runs the kernels, too. What a
/// call of an actor posts is worked off when both actors have returned.
final class StressShell implements Surroundings {
  private static final long HEAP_BYTES = 1 << 16;
  private static final String POOL = "inline";
  private static final int WORKERS = 64;

  static final Shell SHELL =
      new Shell(
          new ShellConfig(
              new EngineConfig(
                  HEAP_BYTES,
                  HeapPolicy.FIRST_FIT,
                  EngineConfig.NO_TIMEOUT,
                  List.of(new PoolLayout(POOL, WORKERS)),
                  0,
                  0),
              List.of(new PoolConfig(POOL, WORKERS, PoolConfig.Threads.COMPUTE)),
              VirtualTime.create(),
              LeakLevel.OFF),
          new StressShell());

  private StressShell() {}

  /// A run whose results go to a plain subscriber.
  static Flux<Object> run(Publisher<Task> tasks) {
    RunPlan plan = new RunPlan(FailureMode.FAIL_FAST, RunOptions.defaults(), false, false);
    return SHELL.submit(tasks, plan, null);
  }

  static Task task() {
    return Task.call("task", context -> {});
  }

  @Override
  public WorkerPool pool(ThreadKind kind, String name, int workerCount) {
    return new Inline(name, workerCount);
  }

  @Override
  public Scheduler timers() {
    return VirtualTime.create();
  }

  @Override
  public double chance() {
    return 0;
  }

  @Override
  public Executor overflow() {
    return rest -> {
      throw new RejectedExecutionException("who drains goes on");
    };
  }

  @Override
  public void call(CalledKernel called) throws Exception {
    called.task().kernel().run(called);
  }

  @Override
  public Mono<Void> begin(CalledKernel called) {
    return Mono.empty();
  }

  @Override
  public void admitted(Task task, MemorySegment slab) {}

  /// An item that is dispatched from inside another is run behind it: what the other actors post comes
  /// in between without end.
  private record Inline(String name, int workerCount) implements WorkerPool {
    private static final ThreadLocal<ArrayDeque<Runnable>> ITEMS =
        ThreadLocal.withInitial(ArrayDeque::new);

    @Override
    public void dispatch(int worker, Work work) {
      ArrayDeque<Runnable> items = ITEMS.get();
      boolean inside = !items.isEmpty();
      items.add(() -> run(worker, work));
      while (!inside && !items.isEmpty()) {
        items.element().run();
        items.remove();
      }
    }

    private void run(int worker, Work work) {
      WorkerIdentity identity = new WorkerIdentity(name, worker, name + "-" + worker);
      work.runOn(identity);
      work.afterRun(identity);
    }

    @Override
    public boolean interrupt(Work work) {
      return false;
    }

    @Override
    public boolean replace(Work work) {
      return false;
    }

    @Override
    public void close() {}

    @Override
    public CompletionStage<Void> terminated() {
      return CompletableFuture.completedStage(null);
    }
  }
}
