package io.sluice.test;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a pipeline ended under one schedule.
///
/// @param seed of the schedule; 0 for the plain one
/// @param subscriber what it has seen
/// @param trace what has happened
/// @param kernelCount how many kernels were called
/// @param injectedCount how many of them were made to fail
/// @param peakHeapBytes the most bytes that were taken at once
/// @param <T> the pipeline's elements
record Ending<T>(
    long seed,
    StepSubscriber<T> subscriber,
    Trace trace,
    long kernelCount,
    long injectedCount,
    long peakHeapBytes) {

  List<Value> values() {
    return subscriber.values();
  }

  @Nullable Throwable error() {
    return subscriber.error();
  }

  boolean isCancelled() {
    return subscriber.isCancelled();
  }

  boolean isCompleted() {
    return !isCancelled() && error() == null;
  }

  boolean isDisturbed() {
    return injectedCount > 0 || isCancelled();
  }

  ScheduleFailure failure(String what, @Nullable Throwable cause) {
    return ScheduleFailure.of(seed, what, trace, cause);
  }
}
