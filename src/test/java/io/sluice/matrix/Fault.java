package io.sluice.matrix;

/// What a publisher may do that it should not, or that it may and few do.
enum Fault {
  SIGNALS_BEHIND_THE_CANCEL,
  EMITS_MORE_THAN_REQUESTED,
  EMITS_NULL,
  EMITS_BEFORE_ON_SUBSCRIBE,
  EMITS_BEHIND_ITS_COMPLETION,
  EMITS_BEHIND_ITS_FAILURE,
  EMITS_INSIDE_REQUEST,
  COMPLETES_TWICE,
  COMPLETES_BEFORE_ON_SUBSCRIBE,
  COMPLETES_INSIDE_SUBSCRIBE,
  FAILS_TWICE,
  FAILS_BEHIND_ITS_COMPLETION,
  FAILS_WITH_NULL,
  THROWS_FROM_SUBSCRIBE,
  THROWS_FROM_SUBSCRIBE_BEHIND_ON_SUBSCRIBE,
  THROWS_FROM_REQUEST,
  THROWS_FROM_CANCEL,
  NEVER_CALLS_ON_SUBSCRIBE,
  CALLS_ON_SUBSCRIBE_TWICE,
  CALLS_ON_SUBSCRIBE_WITH_NULL;

  /// Whether its run fails for a rule that was broken.
  boolean isABreach() {
    return switch (this) {
      case EMITS_MORE_THAN_REQUESTED, EMITS_NULL, EMITS_BEFORE_ON_SUBSCRIBE, FAILS_WITH_NULL ->
          true;
      default -> false;
    };
  }

  /// Whether its run fails, at once or in the end.
  boolean fails() {
    return switch (this) {
      case EMITS_BEHIND_ITS_FAILURE,
          FAILS_TWICE,
          THROWS_FROM_SUBSCRIBE,
          THROWS_FROM_SUBSCRIBE_BEHIND_ON_SUBSCRIBE,
          THROWS_FROM_REQUEST,
          CALLS_ON_SUBSCRIBE_WITH_NULL ->
          true;
      default -> isABreach();
    };
  }

  boolean completes() {
    return switch (this) {
      case EMITS_BEHIND_ITS_COMPLETION,
          COMPLETES_TWICE,
          COMPLETES_BEFORE_ON_SUBSCRIBE,
          COMPLETES_INSIDE_SUBSCRIBE,
          FAILS_BEHIND_ITS_COMPLETION ->
          true;
      default -> false;
    };
  }
}
