package io.sluice.ndjson;

import io.sluice.task.TaskResult;
import io.sluice.task.TensorRef;
import java.util.Map;

/// What became of a task that came as a line. Close it, also if it is dropped: a completed one holds the
/// bytes that it yields until then.
public sealed interface Outcome extends AutoCloseable {
  /// Which line it was, from 1.
  long lineNumber();

  /// The task's name.
  String name();

  /// Gives the bytes back. Does nothing the second time, and for a task that failed or yields nothing.
  @Override
  default void close() {}

  /// The task completed.
  ///
  /// @param lineNumber which line it was, from 1
  /// @param result what it handed over
  /// @param yields what that yields, by name
  record Completed(long lineNumber, TaskResult result, Map<String, TensorRef> yields)
      implements Outcome {
    @Override
    public String name() {
      return result.task().name();
    }

    @Override
    public void close() {
      result.close();
    }
  }

  /// The task failed, was refused, or could not run because one that it reads from failed.
  ///
  /// @param lineNumber which line it was, from 1
  /// @param name the task's
  /// @param error why
  record Failed(long lineNumber, String name, Throwable error) implements Outcome {}
}
