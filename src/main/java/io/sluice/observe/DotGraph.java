package io.sluice.observe;

import io.sluice.task.Dependency;
import io.sluice.task.TaskId;
import java.io.IOException;
import java.io.Writer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Writes a trace's graph in the DOT language: a node for each task, an arrow for each dependency between
/// two of them.
///
/// Solid arrows are data, dashed ones mere order, dotted ones results that were lent, bold ones `after`.
final class DotGraph {
  /// Graphviz ends at a NUL, and terminals obey some of the others.
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\x80-\\x9f]");

  private final Trace trace;
  private final Writer out;
  private final Set<TaskId> known = new HashSet<>();
  private final Set<TaskId> critical = new HashSet<>();
  private final Set<List<TaskId>> criticalArrows = new HashSet<>();

  DotGraph(Trace trace, Writer out) {
    this.trace = trace;
    this.out = out;
    trace.tasks().forEach(task -> known.add(task.id()));
    List<TracedTask> path = trace.criticalPath().tasks();
    path.forEach(task -> critical.add(task.id()));
    for (int i = 1; i < path.size(); i++) {
      criticalArrows.add(List.of(path.get(i - 1).id(), path.get(i).id()));
    }
  }

  void write() throws IOException {
    out.write("digraph run {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
    for (TracedTask task : trace.tasks()) {
      writeNode(task);
    }
    for (TracedTask task : trace.tasks()) {
      for (Dependency dependency : task.dependencies()) {
        writeArrow(dependency, task.id());
      }
    }
    out.write("}\n");
  }

  private void writeNode(TracedTask task) throws IOException {
    out.write(
        String.format(
            Locale.ROOT,
            "  \"%s\" [label=\"%s\\n%s\"%s];\n",
            task.id(),
            escaped(task.name()),
            Durations.text(task.runTimeNs()),
            critical.contains(task.id()) ? ", color=red" : ""));
  }

  private void writeArrow(Dependency dependency, TaskId to) throws IOException {
    if (known.contains(dependency.on())) {
      String red = criticalArrows.contains(List.of(dependency.on(), to)) ? ", color=red" : "";
      out.write(
          "  \"%s\" -> \"%s\" [style=%s%s];\n"
              .formatted(dependency.on(), to, style(dependency.kind()), red));
    }
  }

  private static String style(Dependency.Kind kind) {
    return switch (kind) {
      case DATA -> "solid";
      case ORDER -> "dashed";
      case RESULT -> "dotted";
      case AFTER -> "bold";
    };
  }

  private static String escaped(String text) {
    return CONTROL.matcher(text.replace("\\", "\\\\").replace("\"", "\\\"")).replaceAll(" ");
  }
}
