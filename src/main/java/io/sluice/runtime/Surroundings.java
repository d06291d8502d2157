package io.sluice.runtime;

import io.sluice.task.Task;
import io.sluice.worker.ThreadKind;
import io.sluice.worker.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// What a runtime of the test kit has in place of threads and a clock of its own, so that a test
/// decides what happens when.
///
/// **Threads.** Any, outside the drain, but for [#admitted].
public interface Surroundings {

  /// What runs the tasks of a pool.
  WorkerPool pool(ThreadKind kind, String name, int workerCount);

  /// Where all timers run, unless the builder was given another one.
  Scheduler timers();

  /// From 0 to 1, for the jitter of retries. Inside the drain: calls nothing of the runtime.
  double chance();

  /// What a bounded drain leaves. Where it refuses, the thread that drains goes on.
  Executor overflow();

  /// Calls a kernel, or does something in its place.
  void call(CalledKernel called) throws Exception;

  /// Calls a reactive kernel, or has something else in place of its `Mono`.
  Mono<Void> begin(CalledKernel called) throws Exception;

  /// A task took its id, slot and slab. Inside the drain: calls nothing of the runtime.
  ///
  /// @param slab the bytes that are its own, in which anything may be; of size 0 if it has none
  void admitted(Task task, MemorySegment slab);
}
