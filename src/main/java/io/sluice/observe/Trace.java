package io.sluice.observe;

import io.sluice.task.RunId;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What happened in a runtime for a time: tasks, their kernels' times, what they waited for.
///
/// All times are in nanoseconds, from the first event on.
///
/// @param tasks in the order of their admission
/// @param heapBytes bytes of live slabs, at each change; from 0, whatever was live before
/// @param demand tasks that were asked for and had not been admitted, of the run that a task was admitted of
/// @param spanNs from the first event to the last; to when it was taken, if a kernel ran then
/// @param lostCount events that whoever listened was too slow for; 0 of a [TraceRecorder]
/// @param forgottenCount older events that the recorder had no room for
public record Trace(
    List<TracedTask> tasks,
    List<Sample> heapBytes,
    List<Sample> demand,
    long spanNs,
    long lostCount,
    long forgottenCount) {

  /// Keeps copies of the lists.
  public Trace {
    tasks = List.copyOf(tasks);
    heapBytes = List.copyOf(heapBytes);
    demand = List.copyOf(demand);
  }

  /// Whether all that happened since the recording began is in it.
  public boolean isWhole() {
    return lostCount == 0 && forgottenCount == 0;
  }

  /// For how long any task was alive: from when it was the next of its source until it was decided. The rest
  /// of the span there was nothing to do.
  public long aliveNs() {
    return AliveTime.of(tasks, task -> true, spanNs);
  }

  /// The chain of tasks, each behind the one before, whose kernels ran longest together. Its share is one of
  /// the time in which tasks of its run were alive; of its runs, if it leads through several.
  public CriticalPath criticalPath() {
    CriticalPath path = CriticalPath.of(tasks, spanNs);
    Set<RunId> runs = path.tasks().stream().map(TracedTask::run).collect(Collectors.toSet());
    long aliveNs = AliveTime.of(tasks, task -> runs.contains(task.run()), spanNs);
    return new CriticalPath(path.tasks(), path.lengthNs(), aliveNs);
  }

  /// What all tasks waited for, together.
  public Waits waits() {
    return tasks.stream().map(TracedTask::waits).reduce(Waits.NONE, Waits::plus);
  }

  /// The trace in Chrome's JSON format, which Perfetto (`ui.perfetto.dev`) opens: a track for each worker
  /// with a slice for each time of a kernel, arrows for dependencies, and counters for heap and demand.
  ///
  /// @throws IOException if `file` can't be written
  public void writeChromeJson(Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      writeChromeJson(out);
    }
  }

  /// The same; does not close `out`.
  ///
  /// @throws IOException if `out` throws it
  public void writeChromeJson(Writer out) throws IOException {
    new ChromeTrace(this, out).write();
  }

  /// The graph of the tasks in Graphviz' DOT language, with the critical path in red.
  ///
  /// @throws IOException if `file` can't be written
  public void writeDot(Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      writeDot(out);
    }
  }

  /// The same; does not close `out`.
  ///
  /// @throws IOException if `out` throws it
  public void writeDot(Writer out) throws IOException {
    new DotGraph(this, out).write();
  }

  /// Some lines that say where the time went: the workers' share, the critical path, what was waited for,
  /// and the kernels that ran longest.
  public String summary() {
    return TraceSummary.of(this);
  }
}
