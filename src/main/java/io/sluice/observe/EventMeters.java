package io.sluice.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Turns events into counts and times.
///
/// **Bound.** It knows the tasks that are alive, after losses at most [#MAX_DOUBTED] that may have ended, and at
/// most [#MAX_KERNELS] kernels and one.
///
/// **Confinement.** The signals of one subscription.
final class EventMeters {
  static final int MAX_KERNELS = 100;
  static final int MAX_DOUBTED = 1 << 16;
  private static final String OTHER = "other";

  private final MeterRegistry registry;
  private final Tags tags;
  private final Map<String, KernelMeters> kernels = new HashMap<>();
  private final Map<TaskId, LiveTask> live = new HashMap<>();
  private final Counter lost;
  private final Counter leaked;

  EventMeters(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
    this.lost =
        counter("sluice.events.lost", "Events that the meters were too slow for", Tags.empty());
    this.leaked = counter("sluice.results.leaked", "Results that nobody closed", Tags.empty());
    EnumSet.complementOf(EnumSet.of(Reason.NOTHING_WAITS, Reason.MOVING)).forEach(this::stalls);
  }

  private Counter counter(String name, String what, Tags more) {
    return Counter.builder(name).description(what).tags(tags.and(more)).register(registry);
  }

  private Counter stalls(Reason reason) {
    return counter("sluice.stalls", "What could not move", Tags.of("reason", reason.name()));
  }

  private KernelMeters kernel(String name) {
    KernelMeters known = kernels.get(name);
    if (known != null) {
      return known;
    }
    return kernels.size() < MAX_KERNELS ? registered(name) : other();
  }

  private KernelMeters other() {
    return registered(OTHER);
  }

  private KernelMeters registered(String name) {
    return kernels.computeIfAbsent(
        name, kernel -> new KernelMeters(registry, tags.and("kernel", kernel)));
  }

  void take(TaskEvent event) {
    switch (event) {
      case TaskEvent.Admitted admitted -> take(admitted);
      case TaskEvent.Started started -> take(started);
      case TaskEvent.Returned returned ->
          kernelOf(live.get(returned.taskId()))
              .run
              .record(returned.runTimeNs(), TimeUnit.NANOSECONDS);
      case TaskEvent.Retried retried -> {
        LiveTask task = live.get(retried.taskId());
        kernelOf(task).retried.increment();
        if (task != null) {
          task.rests(retried.atNs() + retried.delayNs());
        }
      }
      case TaskEvent.Completed completed -> {
        LiveTask task = live.get(completed.taskId());
        kernelOf(task).completed.increment();
        decided(task, completed.atNs());
      }
      case TaskEvent.Failed failed -> take(failed);
      case TaskEvent.Cancelled cancelled -> {
        LiveTask task = live.get(cancelled.taskId());
        kernelOf(task).cancelled.increment();
        decided(task, cancelled.atNs());
      }
      case TaskEvent.ResultClosed closed -> {
        LiveTask task = live.get(closed.taskId());
        if (task != null) {
          task.resultClosed(closed.atNs());
        }
      }
      case TaskEvent.Consumed consumed -> live.remove(consumed.taskId());
      case TaskEvent.Refused refused -> kernel(refused.kernel()).refused.increment();
      case TaskEvent.Stalled stalled -> stalls(stalled.diagnosis().reason()).increment();
      case TaskEvent.Leaked _ -> leaked.increment();
      case TaskEvent.Lost gap -> take(gap);
      case TaskEvent.Drained _ -> live.clear();
      case TaskEvent.Abandoned _ -> {}
    }
  }

  /// Of a task whose admission was not told, nobody knows the kernel.
  private KernelMeters kernelOf(@Nullable LiveTask task) {
    return task == null ? other() : task.kernel;
  }

  private static void decided(@Nullable LiveTask task, long atNs) {
    if (task != null) {
      task.decided(atNs);
    }
  }

  private void take(TaskEvent.Admitted admitted) {
    KernelMeters kernel = kernel(admitted.kernel());
    kernel.admitted.increment();
    kernel.admissionWait.record(admitted.waitedNs(), TimeUnit.NANOSECONDS);
    LiveTask task = new LiveTask(kernel, admitted.atNs());
    admitted
        .dependencies()
        .forEach(dependency -> task.standsBehind(live.get(dependency.on()), dependency.kind()));
    live.put(admitted.taskId(), task);
  }

  private void take(TaskEvent.Started started) {
    LiveTask task = live.get(started.taskId());
    if (task != null && started.memberIndex() == 0) {
      long waited = Math.max(0, started.atNs() - task.readyNs());
      task.kernel.queueWait.record(waited, TimeUnit.NANOSECONDS);
    }
  }

  private void take(TaskEvent.Failed failed) {
    LiveTask task = live.get(failed.taskId());
    kernelOf(task).failed.increment();
    decided(task, failed.atNs());
  }

  /// What is lost counts, as no known kernel's. Ends of live tasks may be among it: those of too many are
  /// forgotten, and the rest with the next drain.
  private void take(TaskEvent.Lost gap) {
    lost.increment((double) gap.count());
    KernelMeters unknown = other();
    unknown.admitted.increment((double) gap.admittedCount());
    unknown.completed.increment((double) gap.completedCount());
    unknown.failed.increment((double) gap.failedCount());
    unknown.cancelled.increment((double) gap.cancelledCount());
    unknown.refused.increment((double) gap.refusedCount());
    unknown.retried.increment((double) gap.retriedCount());
    if (live.size() > MAX_DOUBTED) {
      live.clear();
    }
  }
}
