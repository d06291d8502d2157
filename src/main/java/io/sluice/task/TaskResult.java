package io.sluice.task;

import java.util.function.Function;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// What a completed task hands to its subscriber.
///
/// It holds bytes only of what the task [Task#yields]. A result that yields nothing holds nothing
/// and needs no closing. One that yields is a reader of these bytes: they stay, and later in-place
/// writers wait, until [#close()]. Close it on whichever thread; once is enough, twice is harmless.
public interface TaskResult extends AutoCloseable {
  /// The task as it was submitted.
  Task task();

  /// The id that the task had.
  TaskId taskId();

  /// How long the kernel ran; for a group, its slowest member. In nanoseconds.
  long runTimeNs();

  /// The Reactor context of the subscriber whom this result goes to, for readers: operators have it
  /// from Reactor.
  default ContextView contextView() {
    return Context.empty();
  }

  /// The bytes of what the task yields under this name, to read. The view ends when the result is
  /// closed.
  ///
  /// @throws io.sluice.error.InvalidTaskException if the task does not yield it
  /// @throws io.sluice.error.ResultClosedException if the result is closed
  TensorView view(TensorRef ref);

  /// The bytes of the only tensor that the task yields, to read.
  ///
  /// @throws io.sluice.error.InvalidTaskException if the task yields none, or several
  /// @throws io.sluice.error.ResultClosedException if the result is closed
  default TensorView view() {
    return view(TaskGate.onlyYielded(task()));
  }

  /// Applies `reader` to this result and closes it, whatever happens. What the reader throws is thrown.
  default <R> R readAndClose(Function<? super TaskResult, ? extends R> reader) {
    try (this) {
      return reader.apply(this);
    }
  }

  /// Says who has this result now, for the case that it is dropped without being closed: the report
  /// of the leak tells this hint (its text, taken now) and the stack trace of this call. Costs next to
  /// nothing for a result that is not sampled. Any thread.
  ///
  /// @return this, so that `map(result -> result.touch("resize"))` reads well
  default TaskResult touch(Object hint) {
    return this;
  }

  /// Whether it was closed; a result that yields nothing is never closed.
  boolean isClosed();

  /// Lets go of the bytes; later views read as an error. Does nothing the second time, or if the task
  /// yields nothing. Never blocks.
  @Override
  void close();
}
