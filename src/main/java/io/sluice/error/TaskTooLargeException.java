package io.sluice.error;

import java.util.Locale;

/// A task that needs more bytes than the whole heap holds: it could never be admitted.
public final class TaskTooLargeException extends SluiceException {
  private final String taskName;
  private final long neededBytes;
  private final long heapBytes;

  /// A task whose outputs need `neededBytes` of a heap of `heapBytes`.
  public TaskTooLargeException(String taskName, long neededBytes, long heapBytes) {
    super(
        String.format(
            Locale.ROOT,
            "task '%s' needs %,d bytes but the heap holds %,d; raise Sluice.builder().heap(...)",
            taskName,
            neededBytes,
            heapBytes));
    this.taskName = taskName;
    this.neededBytes = neededBytes;
    this.heapBytes = heapBytes;
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

  /// Bytes of the whole heap.
  public long heapBytes() {
    return heapBytes;
  }
}
