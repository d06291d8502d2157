package io.sluice.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a result that was dropped came from, and who touched it: as much as the level of leak
/// detection had taken down.
///
/// @param assembledAt the place in the code that assembled the run; null if it was not sampled
/// @param touches the hand-over, each view and each [TaskResult#touch], each with its stack trace, in
///     their order; empty if the result was not sampled
/// @param droppedCount touches between the first and the second of `touches` that are not among them
public record LeakTrail(
    @Nullable Throwable assembledAt, List<Throwable> touches, long droppedCount) {

  /// Takes a copy.
  public LeakTrail {
    touches = List.copyOf(touches);
  }

  /// Whether anything was taken down.
  public boolean isEmpty() {
    return assembledAt == null && touches.isEmpty();
  }
}
