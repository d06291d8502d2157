package io.sluice.runtime;

import io.sluice.engine.FailureMode;
import io.sluice.engine.RunPlan;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/// What a run of publishers is to be: one of `tasks` and `scopes` is given.
///
/// @param tasks a publisher whose tasks are one scope
/// @param scopes a publisher of publishers, each a scope
/// @param plan what the run is to be for the engine
/// @param reader maps each result while its bytes are held; null to hand results out
/// @param assembledAt the place in the user's code, if it is sampled
record RunSpec<R>(
    @Nullable Publisher<? extends Task> tasks,
    @Nullable Publisher<? extends Publisher<? extends Task>> scopes,
    RunPlan plan,
    @Nullable Function<? super TaskResult, ? extends R> reader,
    @Nullable Throwable assembledAt) {

  /// The name of the method that makes such a run.
  String stepName() {
    return "submit"
        + (scopes == null ? "" : "Scoped")
        + (plan.sequential() ? "Sequential" : "")
        + (plan.failureMode() == FailureMode.DELAY_ERROR ? "DelayError" : "");
  }
}
