package io.sluice.ndjson;

import io.sluice.Submitter;
import io.sluice.task.Kernel;
import io.sluice.task.Tensor;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/// Runs tasks that come as lines. Immutable; each [#run] is one run.
///
/// **Order.** Lines are admitted in their order, one at a time: the next line is asked for when the task
/// before has its bytes. So a full heap holds back the sender.
///
/// **Bound.** At most `maxOpenCount` tasks are submitted whose outcomes were not taken: a subscriber that
/// stops asking stops the lines.
public final class TaskStream {
  private static final int MAX_NAMES = 65_536;

  private final Function<String, @Nullable Kernel> kernels;
  private final Function<String, @Nullable Tensor> stored;
  private final int maxOpenCount;

  /// @param kernels the kernel of a name; null where there is none
  /// @param stored the tensor that a name with a slash before it stands for, without the slash; null where
  ///     there is none
  /// @param maxOpenCount how many outcomes may wait, at least 1
  public TaskStream(
      Function<String, @Nullable Kernel> kernels,
      Function<String, @Nullable Tensor> stored,
      int maxOpenCount) {
    this.kernels = Objects.requireNonNull(kernels, "kernels");
    this.stored = Objects.requireNonNull(stored, "stored");
    this.maxOpenCount = maxOpenCount;
  }

  /// The outcomes of these lines, as they come; close each.
  ///
  /// **On subscribe** a run begins, with the options of `submitter`. **Completes** when all lines have
  /// been taken and all of their tasks have ended. A task that fails is an [Outcome.Failed], and the run
  /// goes on. Scopes that are open at the end of the lines end there. **Errors**: [NdjsonException] for a
  /// line that breaks a rule, when the tasks of the lines before it have ended and their outcomes were
  /// taken; what the lines or the run fail with, at once. **Cancel** cancels lines and run; outcomes that
  /// nobody takes are closed.
  public Flux<Outcome> run(Submitter submitter, Publisher<Line> lines) {
    Objects.requireNonNull(lines, "lines");
    return submitter
        .<Outcome>run(
            program ->
                new TaskFeed(
                    program,
                    lines,
                    new StatementReader(kernels),
                    ScopeNames.outermost(stored, MAX_NAMES),
                    maxOpenCount))
        .doOnDiscard(Outcome.class, Outcome::close);
  }
}
