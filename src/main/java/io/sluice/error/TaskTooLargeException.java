package io.sluice.error;

/// A task that needs more bytes than the whole heap holds: it could never be admitted.
public final class TaskTooLargeException extends SluiceException {
  private final long neededBytes;
  private final long heapBytes;

  public TaskTooLargeException(String taskName, long neededBytes, long heapBytes) {
    super(
        "task '%s' needs %,d bytes but the heap holds %,d; raise Sluice.builder().heap(...)"
            .formatted(taskName, neededBytes, heapBytes));
    this.neededBytes = neededBytes;
    this.heapBytes = heapBytes;
  }

  /// Bytes of all outputs of the task, aligned.
  public long neededBytes() {
    return neededBytes;
  }

  /// Bytes of the whole heap.
  public long heapBytes() {
    return heapBytes;
  }
}
