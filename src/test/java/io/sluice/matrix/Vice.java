package io.sluice.matrix;

/// What a subscriber may do that it should not, or that it may and few do.
enum Vice {
  THROWS_FROM_ON_SUBSCRIBE,
  THROWS_FROM_ON_NEXT,
  THROWS_FROM_ON_ERROR,
  THROWS_FROM_ON_COMPLETE,
  ITS_CONTEXT_THROWS,
  ITS_CONTEXT_THROWS_LATER,
  ITS_CONTEXT_IS_NULL,
  REQUESTS_NOTHING_INSIDE_ON_SUBSCRIBE,
  REQUESTS_LESS_THAN_NOTHING_INSIDE_ON_NEXT,
  REQUESTS_WITHOUT_END_OVER_AND_OVER,
  REQUESTS_ONE_BY_ONE_INSIDE_ON_NEXT,
  REQUESTS_BEHIND_THE_END,
  CANCELS_TWICE_INSIDE_ON_NEXT,
  CANCELS_AND_REQUESTS_INSIDE_ON_NEXT,
  CANCELS_AND_THROWS_INSIDE_ON_NEXT,
  CANCELS_INSIDE_THE_LAST_SIGNAL,
  SUBMITS_INSIDE_ON_NEXT,
  SUBSCRIBES_AGAIN_INSIDE_ON_NEXT,
  DRAINS_INSIDE_ON_NEXT,
  BLOCKS_ON_A_DIAGNOSIS_INSIDE_ON_NEXT,
  DISPOSES_INSIDE_ON_NEXT;

  boolean cancels() {
    return name().startsWith("CANCELS") && this != CANCELS_INSIDE_THE_LAST_SIGNAL;
  }

  boolean requestsTooLittle() {
    return name().contains("NOTHING");
  }

  /// Whether it is left to the publisher and the tasks how the run ends.
  boolean letsTheRunEnd() {
    return (name().startsWith("REQUESTS") && !requestsTooLittle())
        || this == CANCELS_INSIDE_THE_LAST_SIGNAL
        || this == SUBMITS_INSIDE_ON_NEXT
        || this == SUBSCRIBES_AGAIN_INSIDE_ON_NEXT
        || this == DRAINS_INSIDE_ON_NEXT
        || this == BLOCKS_ON_A_DIAGNOSIS_INSIDE_ON_NEXT
        || this == THROWS_FROM_ON_ERROR
        || this == THROWS_FROM_ON_COMPLETE;
  }
}
