package io.sluice.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sluice.DemandFigures;
import io.sluice.Sluice;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import reactor.core.Disposable;
import reactor.core.Disposables;

/// A runtime's meters, for Micrometer.
///
/// | meter | type | unit | tags | what it says |
/// | --- | --- | --- | --- | --- |
/// | `sluice.tasks` | counter | | `state`, `kernel` | tasks that were `admitted`, `completed`, `failed`, `cancelled`, `refused`; attempts that were `retried` |
/// | `sluice.tasks.live` | gauge | tasks | | admitted and not consumed |
/// | `sluice.tasks.running` | gauge | | | members of tasks on workers |
/// | `sluice.task.admission.wait` | timer | | `kernel` | for bytes, as the next of its source |
/// | `sluice.task.queue.wait` | timer | | `kernel` | for a worker, from the end of what it stood behind |
/// | `sluice.task.run` | timer | | `kernel` | in the kernel, each attempt of each member |
/// | `sluice.heap.used`, `sluice.heap.peak`, `sluice.heap.capacity` | gauge | bytes | | bytes of live slabs, the most in this epoch, all |
/// | `sluice.demand` | gauge | tasks | | asked for by open runs, and neither admitted nor refused |
/// | `sluice.stalls` | counter | | `reason` | diagnoses of what could never move, or did not for the allocation timeout |
/// | `sluice.workers.lost` | counter | | | worker processes that died with a task, also those that Sluice killed because a task was given up |
/// | `sluice.workers.restarts` | counter | | | worker processes that had died, with a task or without, and were started again |
/// | `sluice.results.leaked` | counter | | | results that nobody closed |
/// | `sluice.events.lost` | counter | | | events that the meters were too slow for |
///
/// `kernel` is the kernel's name in its library, or else its task's; beyond 100 different ones it is `other`,
/// so that names made up for each task can't fill the registry. It is `other` as well where nobody knows the
/// kernel: of tasks that were admitted before the meters were bound, and of events that were lost. So counters
/// of tasks are exact over all kernels together, also when events are lost; timers, stalls and leaked results lack these.
///
/// **Threads.** Meters are updated by whoever leaves the scheduler with an event. When a drain resolves, they
/// have all that came before it.
public final class SluiceMeters implements MeterBinder, Disposable, AutoCloseable {
  /// Of the subscription: what comes while a thread is at the meters.
  private static final int BUFFER = 1 << 16;

  private final Sluice sluice;
  private final Tags tags;
  private final Disposable.Composite bindings = Disposables.composite();
  private final Set<MeterRegistry> bound = ConcurrentHashMap.newKeySet();
  private final AtomicLong demand = new AtomicLong();

  /// The last one that a gauge has asked.
  private final Disposable.Swap question = Disposables.swap();

  private SluiceMeters(Sluice sluice, Tags tags) {
    this.sluice = Objects.requireNonNull(sluice, "sluice");
    this.tags = Objects.requireNonNull(tags, "tags");
    this.bindings.add(question);
  }

  /// Meters without tags but their own. Nothing is measured before they are bound to a registry.
  public static SluiceMeters of(Sluice sluice) {
    return new SluiceMeters(sluice, Tags.empty());
  }

  /// Meters with these tags as well, which tell several runtimes of one registry apart.
  public static SluiceMeters of(Sluice sluice, Iterable<Tag> tags) {
    return new SluiceMeters(sluice, Tags.of(tags));
  }

  /// Measures from now on, until this or the runtime is disposed of. Idempotent: a registry that has them gets
  /// nothing twice. Others may have them at the same time.
  @Override
  public void bindTo(MeterRegistry registry) {
    if (!bound.add(registry)) {
      return;
    }
    gauge(
        registry,
        "sluice.heap.used",
        "Bytes of live slabs",
        BaseUnits.BYTES,
        s -> s.figures().heapUsedBytes());
    gauge(
        registry,
        "sluice.heap.peak",
        "The most bytes in this epoch",
        BaseUnits.BYTES,
        s -> s.figures().heapPeakBytes());
    gauge(
        registry,
        "sluice.heap.capacity",
        "All bytes of the heap",
        BaseUnits.BYTES,
        s -> s.figures().heapCapacityBytes());
    gauge(
        registry,
        "sluice.tasks.live",
        "Admitted and not consumed",
        BaseUnits.TASKS,
        s -> s.figures().liveCount());
    gauge(
        registry,
        "sluice.tasks.running",
        "Members of tasks on workers",
        BaseUnits.TASKS,
        s -> s.figures().runningCount());
    gauge(
        registry,
        "sluice.demand",
        "Asked for, and neither admitted nor refused",
        BaseUnits.TASKS,
        this::demand);
    FunctionCounter.builder("sluice.workers.restarts", sluice, s -> s.figures().restartCount())
        .description("Worker processes that had died and were started again")
        .tags(tags)
        .register(registry);
    FunctionCounter.builder("sluice.workers.lost", sluice, s -> s.figures().lostWorkerCount())
        .description("Worker processes that died with a task")
        .tags(tags)
        .register(registry);
    EventMeters meters = new EventMeters(registry, tags);
    bindings.add(sluice.watch(meters::take, BUFFER));
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String what,
      String unit,
      ToDoubleFunction<Sluice> value) {
    Gauge.builder(name, sluice, value)
        .description(what)
        .tags(tags)
        .baseUnit(unit)
        .register(registry);
  }

  /// An idle scheduler answers at once; of a busy one it is what it answered to the question before.
  private double demand(Sluice asked) {
    var _ =
        question.replace(
            asked
                .demand()
                .map(DemandFigures::outstandingCount)
                .subscribe(demand::set, failure -> {}));
    return demand.get();
  }

  /// Measures no more. What was registered stays, as it is.
  @Override
  public void dispose() {
    bindings.dispose();
  }

  @Override
  public boolean isDisposed() {
    return bindings.isDisposed();
  }

  /// The same as [#dispose()].
  @Override
  public void close() {
    dispose();
  }
}
