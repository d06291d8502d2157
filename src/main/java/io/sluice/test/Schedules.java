package io.sluice.test;

import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/// Runs a pipeline under many schedules, each on one thread, and each repeatable by its seed.
///
/// ```java
/// Schedules.of(Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 3))
///     .count(1_000)
///     .check(sluice -> sluice.submitScoped(stream(), reader()));
/// ```
///
/// A schedule decides, step by step, which kernel runs next, when its end becomes known, when the
/// subscriber asks for more and for how much, and when it closes results that it was given. Kernels
/// really run. Time is virtual, and passes when nothing else can happen. If asked for, kernels fail and
/// the subscriber cancels.
///
/// **Each schedule** has a runtime of its own and must come to an end: with a last signal, a heap without
/// a byte taken, no open result and a drain that resolves. What is blocked is reported with the
/// runtime's diagnosis, instead of hanging.
///
/// **All schedules** must emit the same values, in any order or [#inOrder]. Values are compared by
/// `equals`, arrays by their contents, results by task and by the bytes that they yield. Under one that
/// was cancelled or ended with an error, each value must be one of those. What a pipeline makes of a
/// failure is not compared. Fresh bytes are filled with a pattern, another in each schedule: who reads what
/// nobody wrote, emits other values.
///
/// **The pipeline** is made anew for each schedule, from the runtime that it is given. It must not have
/// threads of its own, nor clocks, nor chance, and members of a group must not wait for each other:
/// there is one thread. `publishOn`, delays and timeouts are taken part of with [#reactorSchedulers].
///
/// Immutable: each method returns another one.
public final class Schedules {
  private final ScheduleSettings settings;

  private Schedules(ScheduleSettings settings) {
    this.settings = settings;
  }

  /// A hundred schedules of runtimes with these settings; their pools have no threads.
  public static Schedules of(SluiceBuilder builder) {
    return new Schedules(ScheduleSettings.defaults(Objects.requireNonNull(builder, "builder")));
  }

  /// So many schedules, with the seeds from 1 on; at least 1.
  public Schedules count(int schedules) {
    return seeds(1, schedules);
  }

  /// So many schedules, with the seeds from `first` on, which is at least 1.
  ///
  /// @throws IllegalArgumentException if one is less than 1
  public Schedules seeds(long first, int schedules) {
    if (first < 1 || schedules < 1) {
      throw new IllegalArgumentException(
          "seeds(first, schedules) must be at least 1 each, were %d and %d"
              .formatted(first, schedules));
    }
    return new Schedules(settings.withSeeds(first, schedules));
  }

  /// Only the schedule with this seed, besides the plain ones that it is compared with.
  public Schedules replay(long seed) {
    return seed == 0 ? new Schedules(settings.withSeeds(1, 0)) : seeds(seed, 1);
  }

  /// In half of the schedules, kernels fail with an [InjectedFailure], before or behind their work.
  public Schedules kernelsFail() {
    return new Schedules(settings.withKernelsFailing());
  }

  /// In half of the schedules, workers are lost, before or behind the work of a kernel: it fails with a
  /// `WorkerLostException`, or is tried again if its task says so.
  public Schedules workersCrash() {
    return new Schedules(settings.withWorkersCrashing());
  }

  /// In half of the schedules, the subscriber cancels.
  public Schedules subscriberCancels() {
    return new Schedules(settings.withSubscriberCancelling());
  }

  /// A schedule in which kernels or workers failed, and which completes nevertheless, must emit all
  /// values, too: for a pipeline that tries again, and does not go without.
  public Schedules allOrError() {
    return new Schedules(settings.withAllOrError());
  }

  /// All schedules must emit the values in the same order, as after `concatMap` or a sort.
  public Schedules inOrder() {
    return new Schedules(settings.withOrder());
  }

  /// Kernels must write every byte of a fresh tensor (whole, `OUT`, not zeroed), be it read or not.
  public Schedules everyByteWritten() {
    return new Schedules(settings.withEveryByte());
  }

  /// The pipeline may end with an error of this type, or one that was caused by such.
  public Schedules mayFailWith(Class<? extends Throwable> error) {
    List<Class<? extends Throwable>> expected = new ArrayList<>(settings.expected());
    expected.add(error);
    return new Schedules(settings.withExpected(expected));
  }

  /// Reactor's schedulers (`Schedulers.parallel()`, `boundedElastic()`, `single()` and new ones) have no
  /// threads meanwhile: what is scheduled there is a step of the schedule, delays are virtual.
  ///
  /// They are those of the whole JVM: no other test may run at the same time.
  public Schedules reactorSchedulers() {
    return new Schedules(settings.withReactorSchedulers());
  }

  /// How long a step may take before it counts as blocked; half a minute by default.
  Schedules patience(Duration patience) {
    return new Schedules(settings.withPatience(patience));
  }

  /// Runs the pipeline under all schedules.
  ///
  /// @param pipeline makes the pipeline from a runtime, anew for each schedule
  /// @param <T> its elements
  /// @throws ScheduleFailure for the first schedule under which something is wrong
  public <T> ScheduleReport check(Function<? super Sluice, ? extends Publisher<T>> pipeline) {
    return check(pipeline, elements -> {});
  }

  /// The same, and has the elements of each schedule checked that completes undisturbed.
  ///
  /// @param assertion throws what it finds wrong
  public <T> ScheduleReport check(
      Function<? super Sluice, ? extends Publisher<T>> pipeline,
      Consumer<? super List<T>> assertion) {
    try (Watchdog watchdog = new Watchdog(settings.patience())) {
      return new ScheduleCheck<T>(settings, watchdog, pipeline, assertion).run();
    }
  }
}
