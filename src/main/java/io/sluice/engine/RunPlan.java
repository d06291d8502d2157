package io.sluice.engine;

import io.sluice.config.RunOptions;

/// What a run is to be.
///
/// @param failureMode what a failure does
/// @param options the user's
/// @param readerClosesResults whether results are closed as they are delivered, not by the user
/// @param sequential whether results are told in the order of admission, not of completion
public record RunPlan(
    FailureMode failureMode, RunOptions options, boolean readerClosesResults, boolean sequential) {}
