package io.sluice.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/// The meters of one kernel's tasks, looked up once.
final class KernelMeters {
  final Counter admitted;
  final Counter completed;
  final Counter failed;
  final Counter cancelled;
  final Counter refused;
  final Counter retried;
  final Timer admissionWait;
  final Timer queueWait;
  final Timer run;

  KernelMeters(MeterRegistry registry, Tags tags) {
    admitted = tasks(registry, tags, "admitted");
    completed = tasks(registry, tags, "completed");
    failed = tasks(registry, tags, "failed");
    cancelled = tasks(registry, tags, "cancelled");
    refused = tasks(registry, tags, "refused");
    retried = tasks(registry, tags, "retried");
    admissionWait = timer(registry, tags, "sluice.task.admission.wait", "Waits for bytes");
    queueWait = timer(registry, tags, "sluice.task.queue.wait", "Waits for a worker");
    run = timer(registry, tags, "sluice.task.run", "Times in the kernel");
  }

  private static Counter tasks(MeterRegistry registry, Tags tags, String state) {
    return Counter.builder("sluice.tasks")
        .description("Tasks that came into a state")
        .tags(tags.and("state", state))
        .register(registry);
  }

  private static Timer timer(MeterRegistry registry, Tags tags, String name, String what) {
    return Timer.builder(name).description(what).tags(tags).register(registry);
  }
}
