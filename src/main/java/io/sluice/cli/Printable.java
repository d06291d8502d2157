package io.sluice.cli;

import io.sluice.observe.Trace;
import io.sluice.observe.TracedTask;
import java.util.regex.Pattern;

/// Names and messages are other people's: what would steer the terminal, or begin a line, is shown as `?`.
final class Printable {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private Printable() {}

  static String of(String text) {
    return CONTROL.matcher(text).replaceAll("?");
  }

  /// The summary of a trace, whose lines of kernels are each one line.
  static String summary(Trace trace) {
    boolean isClean =
        trace.tasks().stream().noneMatch(task -> CONTROL.matcher(task.kernel()).find());
    return isClean ? trace.summary() : cleaned(trace).summary();
  }

  private static Trace cleaned(Trace trace) {
    return new Trace(
        trace.tasks().stream().map(Printable::cleaned).toList(),
        trace.heapBytes(),
        trace.demand(),
        trace.spanNs(),
        trace.lostCount(),
        trace.forgottenCount());
  }

  private static TracedTask cleaned(TracedTask task) {
    return new TracedTask(
        task.id(),
        of(task.name()),
        of(task.kernel()),
        task.run(),
        task.bytes(),
        task.nextNs(),
        task.admittedNs(),
        task.endedNs(),
        task.state(),
        task.slices(),
        task.dependencies(),
        task.waits());
  }
}
