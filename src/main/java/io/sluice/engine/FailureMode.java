package io.sluice.engine;

/// What a run does when one of its tasks fails or is refused.
public enum FailureMode {
  /// The first failure cancels the run and is its error.
  FAIL_FAST,
  /// The run goes on with all that does not depend on the failure; all causes are its error.
  DELAY_ERROR,
  /// Each submission has its own outcome; the program decides.
  PROGRAM
}
