package io.sluice.observe;

import io.sluice.task.Dependency;
import io.sluice.task.RunId;
import io.sluice.task.TaskId;
import io.sluice.task.TaskState;
import java.util.List;

/// What is known of one task of a trace.
///
/// @param id the task
/// @param name its name
/// @param kernel the name of its kernel in its library, or else the task's
/// @param run the run that it was a task of
/// @param bytes of its slab; 0 if it owned none
/// @param nextNs when it became the next of its source; from then until it was admitted it waited for bytes, also
///     for those of results
/// @param admittedNs when it was admitted
/// @param endedNs when it was decided; [#NEVER] if it was not, yet
/// @param state how it was decided: completed, failed or cancelled; pending if it was not, yet
/// @param slices the times of its kernel, in their order; none for a task that did not run. Of a kernel that was
///     given up there are two: until then, and from then until it returned. That of one that still ran when
///     the trace was taken ends there
/// @param dependencies the earlier tasks that it stands behind, as far as the trace knows them
/// @param waits what it waited for
public record TracedTask(
    TaskId id,
    String name,
    String kernel,
    RunId run,
    long bytes,
    long nextNs,
    long admittedNs,
    long endedNs,
    TaskState state,
    List<Slice> slices,
    List<Dependency> dependencies,
    Waits waits) {
  /// In place of a time that has not come.
  public static final long NEVER = Long.MAX_VALUE;

  /// Keeps copies of the lists.
  public TracedTask {
    slices = List.copyOf(slices);
    dependencies = List.copyOf(dependencies);
  }

  /// How long its kernel ran, in nanoseconds: of each attempt the slowest member, until that was given up.
  public long runTimeNs() {
    long total = 0;
    int attempts = slices.stream().mapToInt(Slice::attempt).max().orElse(0);
    for (int attempt = 1; attempt <= attempts; attempt++) {
      int which = attempt;
      total +=
          slices.stream()
              .filter(slice -> slice.attempt() == which && !slice.givenUp())
              .mapToLong(Slice::runTimeNs)
              .max()
              .orElse(0);
    }
    return total;
  }
}
