package io.sluice.sim;

/// What can happen next.
enum Step {
  OPEN_RUN,
  FEED,
  END_SOURCE,
  PROGRAM,
  START_MEMBER,
  WRITE_MEMBER,
  FINISH_MEMBER,
  DELIVER,
  REPORT_DELIVERY,
  DISCARD,
  CLOSE_RUN,
  CLOSE_RESULT,
  TIMER,
  UNSTICK,
  REPLACE_WORKER,
  JUDGE,
  HELD_UP,
  CANCEL,
  UPSTREAM_ERROR,
  FAIL_SOURCE,
  WITHDRAW,
  DRAIN,
  CANCEL_DRAIN,
  ACCEPT_AS_IS,
  USER_INSIDE,
  CLOSE_USER_TENSOR,
  STALE_COMPLETION;

  /// Whether what follows from it may wait, so that the engine works off a row of such together.
  boolean isGathered() {
    return this == FEED || this == FINISH_MEMBER || this == REPORT_DELIVERY || this == CLOSE_RESULT;
  }

  /// Whether it is one of the rare ones, which are bounded for each program.
  boolean isOdd() {
    return compareTo(CANCEL) >= 0;
  }
}
