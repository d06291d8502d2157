package io.sluice.bench;

import io.sluice.config.HeapPolicy;
import io.sluice.config.RunOptions;
import io.sluice.engine.Engine;
import io.sluice.engine.EngineConfig;
import io.sluice.engine.FailureMode;
import io.sluice.engine.PoolLayout;
import io.sluice.engine.Run;
import io.sluice.engine.RunPlan;
import io.sluice.engine.Slot;
import io.sluice.engine.Source;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// How many bytes does the engine keep for a task that waits, and how many does it throw away for one that
/// goes through?
///
/// Each task has one `IN`, what the task before wrote, and one `OUT`. Tasks and tensors are the
/// user's own objects, made before, and not counted.
final class EngineMemory {
  private static final int LIVE_COUNT = 200_000;
  private static final int PASSING_COUNT = 200_000;
  private static final int ROUNDS = 4;

  private final ArrayDeque<Slot> dispatched = new ArrayDeque<>();
  private final Engine engine = new Engine(config(), new Notes(dispatched));

  public static void main(String[] arguments) {
    ProcessMeasurement.print(
        Figure.cost("memory", "engine bytes per live task", "bytes"),
        Peers.SLUICE,
        new EngineMemory().bytesPerLiveTask());
    ProcessMeasurement.print(
        Figure.cost("memory", "engine garbage per task", "bytes"),
        Peers.SLUICE,
        new EngineMemory().garbagePerTask());
  }

  private static EngineConfig config() {
    return new EngineConfig(
        1_024L * (LIVE_COUNT + 1),
        HeapPolicy.FIRST_FIT,
        EngineConfig.NO_TIMEOUT,
        List.of(new PoolLayout("cpu", 2), new PoolLayout("loader", 1)),
        0,
        1);
  }

  private static Task[] chain(int count) {
    Task[] tasks = new Task[count];
    Tensor before = Tensor.of(DType.UINT8, 1_024);
    tasks[0] = Task.call("head", kernel -> {}).out(before);
    for (int i = 1; i < count; i++) {
      Tensor next = Tensor.of(DType.UINT8, 1_024);
      tasks[i] = Task.call("link", kernel -> {}).in(before).out(next);
      before = next;
    }
    return tasks;
  }

  private double bytesPerLiveTask() {
    Task[] tasks = chain(LIVE_COUNT);
    Run run = openRun();
    Source source = engine.openSource(run, run.outerScope(), false, false, this);
    long before = usedBytes();
    for (Task task : tasks) {
      engine.submit(source, task);
    }
    double bytes = (usedBytes() - before) / (double) LIVE_COUNT;
    if (engine.liveSlotCount() != LIVE_COUNT) {
      throw new IllegalStateException(engine.liveSlotCount() + " are alive");
    }
    return bytes;
  }

  private Run openRun() {
    return engine.openRun(
        new RunPlan(FailureMode.FAIL_FAST, RunOptions.defaults().unlimitedInFlight(), true, false),
        new AtomicLong());
  }

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /// Each task goes through before the next one comes, with its scope ending behind the chain's.
  private double garbagePerTask() {
    long bytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Task[] tasks = chain(PASSING_COUNT);
      Run run = openRun();
      Source source = engine.openSource(run, run.outerScope(), false, false, this);
      engine.noMoreSources(run);
      long before = allocatedBytes();
      for (Task task : tasks) {
        engine.submit(source, task);
        finishAll();
      }
      bytes = allocatedBytes() - before;
      engine.sourceEnded(source);
      finishAll();
      engine.closed(run);
    }
    return bytes / (double) PASSING_COUNT;
  }

  private void finishAll() {
    for (Slot slot = dispatched.poll(); slot != null; slot = dispatched.poll()) {
      engine.memberCompleted(slot, 0, slot.attempt(), 1_000);
    }
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
