package io.sluice.task;

import io.sluice.error.ResultClosedException;
import java.util.function.Function;

/// What a completed task hands to its subscriber.
///
/// It holds bytes only of what the task [Task#yields]. A result that yields nothing holds nothing
/// and needs no closing. One that yields is a reader of these bytes: they stay, and later in-place
/// writers wait, until [#close()]. Close it on whichever thread; once is enough, twice is harmless.
public interface TaskResult extends AutoCloseable {
  /// The task as it was submitted.
  Task task();

  TaskId taskId();

  /// How long the kernel ran; for a group, its slowest member. In nanoseconds.
  long runTimeNs();

  /// The bytes of what the task yields under this name.
  ///
  /// @throws io.sluice.error.InvalidTaskException if the task does not yield it
  /// @throws ResultClosedException if the result is closed
  TensorView view(TensorRef ref);

  /// Applies `reader` to this result and closes it, whatever happens.
  default <R> R readAndClose(Function<? super TaskResult, ? extends R> reader) {
    try (this) {
      return reader.apply(this);
    }
  }

  /// Whether it was closed; a result that yields nothing is never closed.
  boolean isClosed();

  @Override
  void close();
}
