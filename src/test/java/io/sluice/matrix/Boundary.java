package io.sluice.matrix;

import org.jspecify.annotations.Nullable;

/// Where a run is cancelled.
///
/// | boundary | makes no sense where |
/// | --- | --- |
/// | the waits, and `WHILE_A_KERNEL_RUNS` | no task comes that could be admitted |
/// | `BEFORE_ANY_REQUEST`, and those of a burst | something fails: results that wait are dropped for the failure, or it waits for them; `FailureTest` and `SequentialTest` have both |
/// | the n-th `onNext` | there are fewer results |
/// | `BEHIND_THE_LAST_RESULT` | there is none, or the failure has ended the run |
enum Boundary {
  NEVER,
  INSIDE_ON_SUBSCRIBE,
  BEFORE_ANY_TASK,
  BEFORE_ANY_REQUEST,
  WHILE_A_TASK_WAITS_FOR_BYTES,
  WHILE_A_TASK_WAITS_FOR_A_WORKER,
  WHILE_A_KERNEL_RUNS,
  INSIDE_THE_FIRST_ON_NEXT(1, false),
  INSIDE_THE_SECOND_ON_NEXT(2, false),
  INSIDE_THE_THIRD_ON_NEXT(3, false),
  INSIDE_THE_FIRST_OF_A_BURST(1, true),
  INSIDE_THE_SECOND_OF_A_BURST(2, true),
  INSIDE_THE_THIRD_OF_A_BURST(3, true),
  BEHIND_THE_LAST_RESULT,
  INSIDE_THE_LAST_SIGNAL,
  BEHIND_THE_END;

  /// In the how manieth `onNext`; 0 for none.
  final int onNext;

  /// Whether all results wait before the first is asked for.
  final boolean burst;

  Boundary() {
    this(0, false);
  }

  Boundary(int onNext, boolean burst) {
    this.onNext = onNext;
    this.burst = burst;
  }

  boolean isWait() {
    return this == WHILE_A_TASK_WAITS_FOR_BYTES || this == WHILE_A_TASK_WAITS_FOR_A_WORKER;
  }

  /// Whether the subscriber asks for nothing at first.
  boolean asksLate() {
    return burst || this == BEFORE_ANY_REQUEST;
  }

  /// Whether the run signals its end before it is cancelled, or is not cancelled at all.
  boolean isBehindTheEnd() {
    return this == NEVER || this == INSIDE_THE_LAST_SIGNAL || this == BEHIND_THE_END;
  }

  /// Why there is no such case; null if there is.
  @Nullable String whyNot(Route route, Signal signal) {
    if (signal.trouble == Signal.Trouble.READER && !route.reads()) {
      return "it has no reader";
    }
    if ((isWait() || this == WHILE_A_KERNEL_RUNS) && !signal.beginsWithATask()) {
      return "no task comes that could wait or run";
    }
    if (asksLate() && signal.fails()) {
      return "a failure and results that wait are another test's matter";
    }
    if (asksLate() && signal.resultCount == 0) {
      return "no results wait: it ends without a request";
    }
    if (onNext > signal.resultCount) {
      return "it has fewer results";
    }
    if (this == BEHIND_THE_LAST_RESULT && signal.resultCount == 0) {
      return "it has no results";
    }
    return null;
  }
}
