package io.sluice.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.sluice.error.TaskFailedException;
import io.sluice.error.WorkerLostException;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Turns events into counts and times.
///
/// **Bound.** It knows the tasks that are alive, and at most [#MAX_KERNELS] kernels.
///
/// **Confinement.** The signals of one subscription.
final class EventMeters {
  static final int MAX_KERNELS = 100;
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
  }

  private Counter counter(String name, String what, Tags more) {
    return Counter.builder(name).description(what).tags(tags.and(more)).register(registry);
  }

  private KernelMeters kernel(String name) {
    KernelMeters known = kernels.get(name);
    if (known != null) {
      return known;
    }
    return kernels.computeIfAbsent(
        kernels.size() < MAX_KERNELS ? name : OTHER,
        kernel -> new KernelMeters(registry, tags.and("kernel", kernel)));
  }

  void take(TaskEvent event) {
    switch (event) {
      case TaskEvent.Admitted admitted -> take(admitted);
      case TaskEvent.Started started -> take(started);
      case TaskEvent.Returned returned -> {
        LiveTask task = live.get(returned.taskId());
        if (task != null) {
          task.kernel.run.record(returned.runTimeNs(), TimeUnit.NANOSECONDS);
        }
      }
      case TaskEvent.Retried retried -> {
        LiveTask task = live.get(retried.taskId());
        if (task != null) {
          task.kernel.retried.increment();
          task.rests(retried.atNs() + retried.delayNs());
        }
        noteLoss(retried.cause());
      }
      case TaskEvent.Completed completed -> {
        LiveTask task = live.get(completed.taskId());
        if (task != null) {
          task.kernel.completed.increment();
          task.decided(completed.atNs());
        }
      }
      case TaskEvent.Failed failed -> take(failed);
      case TaskEvent.Cancelled cancelled -> {
        LiveTask task = live.get(cancelled.taskId());
        if (task != null) {
          task.kernel.cancelled.increment();
          task.decided(cancelled.atNs());
        }
      }
      case TaskEvent.ResultClosed closed -> {
        LiveTask task = live.get(closed.taskId());
        if (task != null) {
          task.resultClosed(closed.atNs());
        }
      }
      case TaskEvent.Consumed consumed -> live.remove(consumed.taskId());
      case TaskEvent.Refused refused -> kernel(refused.kernel()).refused.increment();
      case TaskEvent.Stalled stalled ->
          counter(
                  "sluice.stalls",
                  "What could not move",
                  Tags.of("reason", stalled.diagnosis().reason().name()))
              .increment();
      case TaskEvent.Leaked _ -> leaked.increment();
      case TaskEvent.Lost gap -> forget(gap.count());
      case TaskEvent.Abandoned _, TaskEvent.Drained _ -> {}
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
    if (task != null) {
      task.kernel.failed.increment();
      task.decided(failed.atNs());
      if (isOwn(failed)) {
        noteLoss(failed.cause().getCause());
      }
    }
  }

  /// A reader of what a task should have written fails with that task's failure.
  private static boolean isOwn(TaskEvent.Failed failed) {
    return failed.cause() instanceof TaskFailedException failure
        && failure.taskId().equals(failed.taskId().toString());
  }

  private void noteLoss(@Nullable Throwable cause) {
    if (cause instanceof WorkerLostException) {
      counter("sluice.workers.lost", "Worker processes that died with a task", Tags.empty())
          .increment();
    }
  }

  /// What is alive can't be told any more: ends may be among what is lost.
  private void forget(long count) {
    lost.increment((double) count);
    live.clear();
  }
}
