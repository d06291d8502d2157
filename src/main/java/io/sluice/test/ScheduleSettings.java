package io.sluice.test;

import io.sluice.SluiceBuilder;
import java.time.Duration;
import java.util.List;

/// What [Schedules] was told.
///
/// @param builder of each schedule's runtime
/// @param firstSeed the seed of the first schedule; the others follow
/// @param count how many schedules there are besides the plain ones
/// @param kernelsFail whether kernels fail in some of them
/// @param workersCrash whether workers are lost in some of them
/// @param subscriberCancels whether the subscriber cancels in some of them
/// @param allOrError whether failures are made up for, or end the pipeline
/// @param inOrder whether the order of elements counts
/// @param everyByte whether kernels must write every byte of fresh tensors
/// @param reactorSchedulers whether Reactor's schedulers are part of the schedules
/// @param expected errors with which the pipeline may end by itself
/// @param patience how long a single step may take
record ScheduleSettings(
    SluiceBuilder builder,
    long firstSeed,
    int count,
    boolean kernelsFail,
    boolean workersCrash,
    boolean subscriberCancels,
    boolean allOrError,
    boolean inOrder,
    boolean everyByte,
    boolean reactorSchedulers,
    List<Class<? extends Throwable>> expected,
    Duration patience) {
  private static final int DEFAULT_COUNT = 100;
  private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

  static ScheduleSettings defaults(SluiceBuilder builder) {
    return new ScheduleSettings(
        builder,
        1,
        DEFAULT_COUNT,
        false,
        false,
        false,
        false,
        false,
        false,
        false,
        List.of(),
        DEFAULT_PATIENCE);
  }

  ScheduleSettings withSeeds(long newFirstSeed, int newCount) {
    return new ScheduleSettings(
        builder,
        newFirstSeed,
        newCount,
        kernelsFail,
        workersCrash,
        subscriberCancels,
        allOrError,
        inOrder,
        everyByte,
        reactorSchedulers,
        expected,
        patience);
  }

  ScheduleSettings withKernelsFailing() {
    return new ScheduleSettings(
        builder,
        firstSeed,
        count,
        true,
        workersCrash,
        subscriberCancels,
        allOrError,
        inOrder,
        everyByte,
        reactorSchedulers,
        expected,
        patience);
  }

  ScheduleSettings withWorkersCrashing() {
    return new ScheduleSettings(
        builder,
        firstSeed,
        count,
        kernelsFail,
        true,
        subscriberCancels,
        allOrError,
        inOrder,
        everyByte,
        reactorSchedulers,
        expected,
        patience);
  }

  ScheduleSettings withSubscriberCancelling() {
    return new ScheduleSettings(
        builder,
        firstSeed,
        count,
        kernelsFail,
        workersCrash,
        true,
        allOrError,
        inOrder,
        everyByte,
        reactorSchedulers,
        expected,
        patience);
  }

  ScheduleSettings withAllOrError() {
    return new ScheduleSettings(
        builder,
        firstSeed,
        count,
        kernelsFail,
        workersCrash,
        subscriberCancels,
        true,
        inOrder,
        everyByte,
        reactorSchedulers,
        expected,
        patience);
  }

  ScheduleSettings withOrder() {
    return new ScheduleSettings(
        builder,
        firstSeed,
        count,
        kernelsFail,
        workersCrash,
        subscriberCancels,
        allOrError,
        true,
        everyByte,
        reactorSchedulers,
        expected,
        patience);
  }

  ScheduleSettings withEveryByte() {
    return new ScheduleSettings(
        builder,
        firstSeed,
        count,
        kernelsFail,
        workersCrash,
        subscriberCancels,
        allOrError,
        inOrder,
        true,
        reactorSchedulers,
        expected,
        patience);
  }

  ScheduleSettings withReactorSchedulers() {
    return new ScheduleSettings(
        builder,
        firstSeed,
        count,
        kernelsFail,
        workersCrash,
        subscriberCancels,
        allOrError,
        inOrder,
        everyByte,
        true,
        expected,
        patience);
  }

  ScheduleSettings withExpected(List<Class<? extends Throwable>> newExpected) {
    return new ScheduleSettings(
        builder,
        firstSeed,
        count,
        kernelsFail,
        workersCrash,
        subscriberCancels,
        allOrError,
        inOrder,
        everyByte,
        reactorSchedulers,
        List.copyOf(newExpected),
        patience);
  }

  ScheduleSettings withPatience(Duration newPatience) {
    return new ScheduleSettings(
        builder,
        firstSeed,
        count,
        kernelsFail,
        workersCrash,
        subscriberCancels,
        allOrError,
        inOrder,
        everyByte,
        reactorSchedulers,
        expected,
        newPatience);
  }
}
