package io.sluice.error;

import java.util.Locale;

/// A task that needs more bytes than it may ever have: it could never be admitted.
public final class TaskTooLargeException extends SluiceException {
  /// What it is too large for.
  public enum Bound {
    /// The whole heap.
    HEAP("the heap holds", "raise Sluice.builder().heap(...)"),
    /// The limit of its run.
    RUN_LIMIT("the heap limit of its run is", "raise RunOptions.heapLimit(...)"),
    /// What its run declared.
    LARGEST_TASK("its run declared its largest task as", "raise RunOptions.largestTask(...)");

    private final String words;
    private final String remedy;

    Bound(String words, String remedy) {
      this.words = words;
      this.remedy = remedy;
    }
  }

  private final String taskName;
  private final long neededBytes;
  private final Bound bound;
  private final long boundBytes;

  /// A task whose outputs need `neededBytes` where `boundBytes` is the most.
  public TaskTooLargeException(String taskName, long neededBytes, Bound bound, long boundBytes) {
    super(
        String.format(
            Locale.ROOT,
            "task '%s' needs %,d bytes but %s %,d; %s",
            taskName,
            neededBytes,
            bound.words,
            boundBytes,
            bound.remedy));
    this.taskName = taskName;
    this.neededBytes = neededBytes;
    this.bound = bound;
    this.boundBytes = boundBytes;
  }

  /// The name of the task.
  public String taskName() {
    return taskName;
  }

  /// Bytes of all outputs of the task, each aligned to 1,024; `Long.MAX_VALUE` if they are more
  /// than a `long` counts.
  public long neededBytes() {
    return neededBytes;
  }

  /// What it is too large for.
  public Bound bound() {
    return bound;
  }

  /// The most bytes that it could have.
  public long boundBytes() {
    return boundBytes;
  }
}
