package io.sluice;

import io.sluice.task.Kernel;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// Kernels that a test ends by hand, each by the name of its task.
///
/// A kernel that runs blocks its worker until the test completes or fails it, which may also come
/// before it runs. Every wait has a bound.
final class ManualKernels {
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final ConcurrentHashMap<String, Gate> gates = new ConcurrentHashMap<>();
  private volatile boolean allReleased;

  /// A task with this name, whose kernel waits for the test.
  Task task(String name) {
    return Task.call(name, kernel());
  }

  /// The kernel for tasks of whichever name.
  Kernel kernel() {
    return this::run;
  }

  private void run(KernelContext context) throws Exception {
    Gate gate = gate(context.taskName());
    gate.started.countDown();
    if (allReleased) {
      return;
    }
    try {
      gate.end.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      throw (Exception) failure.getCause();
    } finally {
      gate.stopRequested = context.isCancelled();
    }
  }

  /// Waits until the kernels of these tasks run.
  void awaitStarted(String... names) {
    for (String name : names) {
      Await.reached(gate(name).started, "the start of " + name);
    }
  }

  boolean hasStarted(String name) {
    return gate(name).started.getCount() == 0;
  }

  void complete(String... names) {
    for (String name : names) {
      gate(name).end.complete(null);
    }
  }

  void fail(String name, Exception failure) {
    gate(name).end.completeExceptionally(failure);
  }

  /// Whether a kernel that has returned had been asked to stop.
  boolean wasAskedToStop(String name) {
    return gate(name).stopRequested;
  }

  /// Lets all kernels return, those to come as well.
  void releaseAll() {
    allReleased = true;
    gates.values().forEach(gate -> gate.end.complete(null));
  }

  private Gate gate(String name) {
    return gates.computeIfAbsent(name, ignored -> new Gate());
  }

  private static final class Gate {
    final CountDownLatch started = new CountDownLatch(1);
    final CompletableFuture<Void> end = new CompletableFuture<>();
    volatile boolean stopRequested;
  }
}
