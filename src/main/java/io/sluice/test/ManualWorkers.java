package io.sluice.test;

import io.sluice.runtime.CalledKernel;
import io.sluice.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// The workers of a runtime, moved by a test's hand: a task that was given to a worker *runs*, and goes
/// on running, until the test ends it.
///
/// | call | the kernel | the task |
/// | --- | --- | --- |
/// | [#run] | is called, on the calling thread | completes, or fails with what the kernel throws |
/// | [#complete] | is not called | completes |
/// | [#fail] | is not called | fails |
/// | [#crashWorkerOf] | is not called | fails with a `WorkerLostException`, or is tried again |
///
/// What follows (successors that start, results that are delivered, bytes that come back) has happened
/// when the call returns, on the calling thread: nothing has to be waited for. Writers of `Task.fill`
/// count as kernels. For a task with a reactive kernel, [#run] calls that and subscribes to its `Mono`;
/// the task ends when the `Mono` does.
///
/// Who asks a running task to stop changes nothing about this: the kernel sees `isCancelled()`, and how it
/// ends counts, as on a worker with a thread. A reactive one counts as cancelled then, whoever ends it.
///
/// A task is named by itself or by its name; of several that run under one name, the one that runs for
/// longest is meant. All running members of a group are ended, in their order. To end a task that does
/// not run is an `AssertionError`, which says what does.
///
/// **Threads.** Any; what two threads end at once, is ended once.
public final class ManualWorkers {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final int MOST_AT_ONCE = 1_000_000;

  /// What this thread does in place of kernels; null for the kernels themselves.
  private static final ThreadLocal<@Nullable StandIn> STAND_IN = new ThreadLocal<>();

  private final Supplier<String> whyWaiting;
  private final List<RunningMember> running = new ArrayList<>();
  private final List<Task> started = new ArrayList<>();

  /// @param whyWaiting why nothing moves, for errors
  ManualWorkers(Supplier<String> whyWaiting) {
    this.whyWaiting = whyWaiting;
  }

  /// The tasks that run, in the order in which they were given to workers; a group once for each
  /// running member.
  public List<Task> running() {
    return members().stream().map(RunningMember::task).toList();
  }

  /// The names of those that run.
  public List<String> runningNames() {
    return members().stream().map(RunningMember::name).toList();
  }

  /// All tasks that were ever given to workers, in their order; a group once for each member.
  public List<Task> started() {
    synchronized (running) {
      return List.copyOf(started);
    }
  }

  /// The names of all that were ever given to workers.
  public List<String> startedNames() {
    return started().stream().map(Task::name).toList();
  }

  public boolean isRunning(Task task) {
    return !oldest(is(task)).isEmpty();
  }

  public boolean isRunning(String name) {
    return !oldest(is(name)).isEmpty();
  }

  /// Whether the task, which must run, was asked to stop.
  public boolean isAskedToStop(Task task) {
    return theRunning(task, is(task)).getFirst().isAskedToStop();
  }

  /// Whether the task, which must run, was asked to stop.
  public boolean isAskedToStop(String name) {
    return theRunning(name, is(name)).getFirst().isAskedToStop();
  }

  /// Whether the thread of the task, which must run, was interrupted.
  public boolean isInterrupted(Task task) {
    return theRunning(task, is(task)).getFirst().isInterrupted();
  }

  /// Whether the thread of the task, which must run, was interrupted.
  public boolean isInterrupted(String name) {
    return theRunning(name, is(name)).getFirst().isInterrupted();
  }

  /// Calls the kernels of these tasks, one after another, and ends them.
  public void run(Task... tasks) {
    for (Task task : tasks) {
      end(theRunning(task, is(task)), null);
    }
  }

  /// Calls the kernels of these tasks, one after another, and ends them.
  public void run(String... names) {
    for (String name : names) {
      end(theRunning(name, is(name)), null);
    }
  }

  /// Calls the kernel of the task that runs for longest, and ends it.
  ///
  /// @return false if none runs
  public boolean runNext() {
    List<RunningMember> next = members();
    if (next.isEmpty()) {
      return false;
    }
    end(next.subList(0, 1), null);
    return true;
  }

  /// Calls the kernels of all that runs, and of what starts thereby, first come, first served, until
  /// nothing runs any more.
  ///
  /// @return how many kernels it called
  /// @throws AssertionError after a million, for a stream without an end
  public int runAll() {
    int count = 0;
    while (runNext()) {
      if (++count == MOST_AT_ONCE) {
        throw new AssertionError(
            String.format(
                Locale.ROOT,
                "%,d kernels have run, and there are more: does the stream end?",
                count));
      }
    }
    return count;
  }

  /// Ends these tasks as completed, without their kernels: bytes that these should have written are
  /// undefined.
  public void complete(Task... tasks) {
    for (Task task : tasks) {
      end(theRunning(task, is(task)), called -> {});
    }
  }

  /// Ends these tasks as completed, without their kernels: bytes that these should have written are
  /// undefined.
  public void complete(String... names) {
    for (String name : names) {
      end(theRunning(name, is(name)), called -> {});
    }
  }

  /// Ends this task as failed with `failure`, as if its kernel had thrown that.
  public void fail(Task task, Exception failure) {
    end(theRunning(task, is(task)), failing(failure));
  }

  /// Ends this task as failed with `failure`, as if its kernel had thrown that.
  public void fail(String name, Exception failure) {
    end(theRunning(name, is(name)), failing(failure));
  }

  private static StandIn failing(Exception failure) {
    return called -> {
      throw failure;
    };
  }

  /// Has the worker that runs this task end in the middle of it, as a process that is killed. Another one
  /// takes its place at once.
  public void crashWorkerOf(Task task) {
    crash(theRunning(task, is(task)).getFirst());
  }

  /// Has the worker that runs this task end in the middle of it, as a process that is killed. Another one
  /// takes its place at once.
  public void crashWorkerOf(String name) {
    crash(theRunning(name, is(name)).getFirst());
  }

  private void crash(RunningMember member) {
    if (take(member)) {
      member.tellLost();
    }
  }

  /// Waits until all of these run, 10 seconds at most: for a pipeline that has threads of its own.
  public void awaitRunning(Task... tasks) {
    for (Task task : tasks) {
      await(task, () -> isRunning(task));
    }
  }

  /// Waits until all of these run, 10 seconds at most: for a pipeline that has threads of its own.
  public void awaitRunning(String... names) {
    for (String name : names) {
      await(name, () -> isRunning(name));
    }
  }

  private void await(Object task, BooleanSupplier isRunning) {
    long deadlineNs = System.nanoTime() + BOUND.toNanos();
    synchronized (running) {
      while (!isRunning.getAsBoolean()) {
        long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
          throw doesNotRun(task);
        }
        waitFor(leftMs);
      }
    }
  }

  private void waitFor(long milliseconds) {
    try {
      running.wait(milliseconds);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while it waited for a task to run", interrupt);
    }
  }

  private static Predicate<RunningMember> is(Task task) {
    Objects.requireNonNull(task, "task");
    return member -> member.task() == task;
  }

  private static Predicate<RunningMember> is(String name) {
    Objects.requireNonNull(name, "name");
    return member -> member.name().equals(name);
  }

  /// The running members of the first task that matches.
  private List<RunningMember> oldest(Predicate<RunningMember> condition) {
    List<RunningMember> matching = members().stream().filter(condition).toList();
    return matching.isEmpty()
        ? matching
        : matching.stream().filter(is(matching.getFirst().task())).toList();
  }

  private List<RunningMember> theRunning(Object named, Predicate<RunningMember> condition) {
    List<RunningMember> found = oldest(condition);
    if (found.isEmpty()) {
      throw doesNotRun(named);
    }
    return found;
  }

  private AssertionError doesNotRun(Object named) {
    String name = named instanceof Task task ? task.name() : (String) named;
    List<RunningMember> others = members();
    return new AssertionError(
        "'%s' does not run; %s. The runtime says: %s"
            .formatted(
                name, others.isEmpty() ? "nothing does" : "running: " + others, whyWaiting.get()));
  }

  private List<RunningMember> members() {
    synchronized (running) {
      return List.copyOf(running);
    }
  }

  private void end(List<RunningMember> members, @Nullable StandIn inPlaceOfKernel) {
    for (RunningMember member : members) {
      if (take(member)) {
        run(member, inPlaceOfKernel);
      }
    }
  }

  private boolean take(RunningMember member) {
    synchronized (running) {
      return running.remove(member);
    }
  }

  private void run(RunningMember member, @Nullable StandIn inPlaceOfKernel) {
    StandIn before = STAND_IN.get();
    STAND_IN.set(inPlaceOfKernel);
    try {
      member.run(member::tellEnd);
    } finally {
      STAND_IN.set(before);
    }
  }

  /// A worker was given something.
  void add(RunningMember member) {
    member.start();
    synchronized (running) {
      running.add(member);
      started.add(member.task());
      running.notifyAll();
    }
  }

  /// In place of the runtime's own call.
  void call(CalledKernel called) throws Exception {
    StandIn inPlace = STAND_IN.get();
    if (inPlace == null) {
      called.task().kernel().run(called);
    } else {
      inPlace.call(called);
    }
  }

  /// The same for a reactive kernel.
  Mono<Void> begin(CalledKernel called) throws Exception {
    StandIn inPlace = STAND_IN.get();
    if (inPlace == null) {
      return Objects.requireNonNull(called.task().reactiveKernel()).run(called);
    }
    inPlace.call(called);
    return Mono.empty();
  }

  /// Ends whatever runs, and what starts thereby, without kernels.
  void releaseAll() {
    for (List<RunningMember> left = members(); !left.isEmpty(); left = members()) {
      end(left, called -> {});
    }
  }

  /// What is done in place of a kernel.
  private interface StandIn {
    void call(CalledKernel called) throws Exception;
  }
}
