package io.sluice.test;

import io.sluice.Sluice;
import io.sluice.error.WorkerLostException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.scheduler.Schedulers;

/// One check of one pipeline: two plain schedules, whose fresh bytes differ in every bit, then those of
/// the seeds, each compared with the first.
///
/// @param <T> the pipeline's elements
final class ScheduleCheck<T> {
  private static final long PATTERN = 0;

  private final ScheduleSettings settings;
  private final Watchdog watchdog;
  private final Function<? super Sluice, ? extends Publisher<T>> pipeline;
  private final Consumer<? super List<T>> assertion;
  private final UnwrittenBytes unwritten = new UnwrittenBytes();
  private final Set<Long> orders = new HashSet<>();
  private int scheduleCount;
  private int failedCount;
  private int cancelledCount;
  private long stepCount;
  private long peakHeapBytes;

  ScheduleCheck(
      ScheduleSettings settings,
      Watchdog watchdog,
      Function<? super Sluice, ? extends Publisher<T>> pipeline,
      Consumer<? super List<T>> assertion) {
    this.settings = settings;
    this.watchdog = watchdog;
    this.pipeline = pipeline;
    this.assertion = assertion;
  }

  ScheduleReport run() {
    Ending<T> plain = run(Plan.plain(), new FreshBytes(PATTERN, false), unwritten);
    check(plain);
    unwritten.second();
    Ending<T> inverted = run(Plan.plain(), new FreshBytes(PATTERN, true), unwritten);
    check(inverted);
    Comparison<T> comparison = new Comparison<>(plain, settings, unwritten.finding());
    comparison.checkPlain(inverted);
    checkEveryByte(inverted);
    for (int i = 0; i < settings.count(); i++) {
      long seed = settings.firstSeed() + i;
      Plan plan =
          Plan.seeded(seed, settings, plain.trace().stepCount(), Math.max(1, plain.kernelCount()));
      Ending<T> ending = run(plan, new FreshBytes(seed, false), null);
      check(ending);
      comparison.check(ending);
    }
    return report();
  }

  private Ending<T> run(Plan plan, FreshBytes freshBytes, @Nullable UnwrittenBytes looking) {
    Schedule<T> schedule = new Schedule<>(plan, freshBytes, looking, watchdog);
    Ending<T> ending =
        settings.reactorSchedulers()
            ? withReactorSchedulers(schedule)
            : schedule.run(settings.builder(), pipeline);
    count(ending);
    return ending;
  }

  private Ending<T> withReactorSchedulers(Schedule<T> schedule) {
    Schedulers.Snapshot before = Schedulers.setFactoryWithSnapshot(schedule.lanes());
    try {
      return schedule.run(settings.builder(), pipeline);
    } finally {
      Schedulers.resetFrom(before);
    }
  }

  private void count(Ending<T> ending) {
    scheduleCount++;
    orders.add(ending.trace().order());
    failedCount += ending.error() == null ? 0 : 1;
    cancelledCount += ending.isCancelled() ? 1 : 0;
    stepCount += ending.trace().stepCount();
    peakHeapBytes = Math.max(peakHeapBytes, ending.peakHeapBytes());
  }

  private void check(Ending<T> ending) {
    Throwable error = ending.error();
    if (error != null && !mayEndWith(error, ending.injectedCount() > 0)) {
      throw ending.failure("it ended with an error: " + error, error);
    }
    if (ending.isCompleted() && !ending.isDisturbed()) {
      checkElements(ending);
    }
  }

  private boolean mayEndWith(Throwable error, boolean injected) {
    Causes causes = Causes.of(error);
    return (injected
            && (causes.have(InjectedFailure.class) || causes.have(WorkerLostException.class)))
        || settings.expected().stream().anyMatch(causes::have);
  }

  private void checkElements(Ending<T> ending) {
    try {
      assertion.accept(ending.subscriber().elements());
    } catch (Throwable wrong) {
      throw ending.failure("its elements are wrong: " + wrong.getMessage(), wrong);
    }
  }

  private void checkEveryByte(Ending<T> inverted) {
    String finding = unwritten.finding();
    if (settings.everyByte() && finding != null) {
      throw inverted.failure(finding, null);
    }
  }

  private ScheduleReport report() {
    return new ScheduleReport(
        scheduleCount, orders.size(), failedCount, cancelledCount, stepCount, peakHeapBytes);
  }
}
