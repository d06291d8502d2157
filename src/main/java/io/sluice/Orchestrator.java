package io.sluice;

import io.sluice.runtime.NamedStep;
import io.sluice.runtime.Program;
import io.sluice.task.DType;
import io.sluice.task.Shape;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// What a program submits its tasks through, one by one, so that the next may depend on the value of
/// one before. Safe to use from any thread, also from inside kernels, readers and other runs.
///
/// It takes tasks and scopes while the program's publisher is active; that of a scope, while the
/// scope's publisher is active as well. What is subscribed to behind the end of one of them is refused
/// with [io.sluice.error.InvalidTaskException], however far the tasks before are.
public final class Orchestrator {
  private final Program program;

  Orchestrator(Program program) {
    this.program = program;
  }

  /// Submits a task.
  ///
  /// **On subscribe** it joins the order, and waits for bytes like any task. **Resolves** with the
  /// result when the task has completed, on the thread that delivers. If the task yields, close the
  /// result. **Cancel** withdraws it while it waits for bytes; later, the task goes on and its
  /// result is closed. **Errors**: the task's own, or why it was refused. The run goes on: what
  /// becomes of an error is for the program to say.
  public Mono<TaskResult> submit(Task task) {
    return program.submit(task);
  }

  /// The same; resolves with what `reader` makes of the result, which is read while its bytes are held
  /// and then closed. The value must not be null.
  ///
  /// The reader runs on the delivering thread. **Errors**: what the reader throws, too.
  public <R> Mono<R> submit(Task task, Function<? super TaskResult, ? extends R> reader) {
    return program.submit(task, reader);
  }

  /// As [#submit(Task)], and calls `admitted` once the task has its bytes, or was refused: the moment
  /// from which on the next task comes behind it in the order of admission. Who feeds a run from
  /// outside asks for the next task then, so that a full heap holds back the source.
  ///
  /// `admitted` is called outside the scheduler, on the thread that brought it about, before or behind the
  /// outcome; not at all if the run or the scope has ended before. What it throws is logged.
  public Mono<TaskResult> submitAndTell(Task task, Runnable admitted) {
    return program.submit(task, admitted);
  }

  /// A tensor with storage of its own, written in place from then on; its bytes stay until the scope
  /// has ended and its users are done.
  ///
  /// **On subscribe** it asks for the bytes, and waits for them like any task; each subscription makes a
  /// tensor of its own. **Resolves** with the tensor once it has them. **Cancel** withdraws it while it
  /// waits for bytes; later, they stay with the scope. **Errors**: why it was refused, such as
  /// [io.sluice.error.TaskTooLargeException].
  ///
  /// @throws io.sluice.error.InvalidTaskException at once, for no dtype, or a shape that [Tensor#of]
  ///     refuses
  public Mono<Tensor> alloc(DType dtype, long... extents) {
    Shape shape = Tensor.of(dtype, extents).shape();
    return NamedStep.of("alloc", Mono.defer(() -> allocNew(Tensor.of(dtype, shape.extents()))));
  }

  private Mono<Tensor> allocNew(Tensor tensor) {
    return submit(Task.alloc(tensor)).thenReturn(tensor);
  }

  /// Runs a part of the program in a scope of its own inside this one.
  ///
  /// **On subscribe** the scope begins; when the part's publisher completes, fails or is cancelled it
  /// ends, without waiting for its tasks. **Errors**: the part's, or
  /// [io.sluice.error.InvalidTaskException] for a 65th level, and for a scope inside one that has ended.
  public <T> Flux<T> scope(Function<? super Orchestrator, ? extends Publisher<? extends T>> part) {
    return program.scope(inner -> part.apply(new Orchestrator(inner)));
  }
}
