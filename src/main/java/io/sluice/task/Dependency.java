package io.sluice.task;

/// Why one task comes behind another: an arrow of the graph.
///
/// Told at the admission of the later one, of earlier ones that are alive then. Of a task that has wholly
/// gone before, its bytes too, no arrow is told: nobody waits for it.
///
/// @param on the earlier task
/// @param kind what the later one needs it for
public record Dependency(TaskId on, Kind kind) {
  /// What an arrow stands for.
  public enum Kind {
    /// It reads bytes that the earlier task writes, or has written.
    DATA,
    /// It overwrites bytes that the earlier task reads or writes.
    ORDER,
    /// It overwrites bytes that the earlier task's result lends to its user.
    RESULT,
    /// It was put behind the earlier task by [Task#after].
    AFTER
  }
}
