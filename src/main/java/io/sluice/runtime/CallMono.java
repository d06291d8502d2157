package io.sluice.runtime;

import io.sluice.engine.Scope;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/// A program's submission of one task; cold.
final class CallMono<R> extends Mono<R> implements Scannable {
  private final Shell shell;
  private final ProgramRun<?> run;
  private final Scope scope;
  private final Task task;
  private final @Nullable Function<? super TaskResult, ? extends R> reader;
  private final @Nullable Runnable admitted;

  private CallMono(
      Shell shell,
      ProgramRun<?> run,
      Scope scope,
      Task task,
      @Nullable Function<? super TaskResult, ? extends R> reader,
      @Nullable Runnable admitted) {
    this.shell = shell;
    this.run = run;
    this.scope = scope;
    this.task = task;
    this.reader = reader;
    this.admitted = admitted;
  }

  /// @param reader null for a call that resolves with the result itself
  /// @param admitted called when the task was admitted or refused; null for nobody
  static <R> Mono<R> assembled(
      Shell shell,
      ProgramRun<?> run,
      Scope scope,
      Task task,
      @Nullable Function<? super TaskResult, ? extends R> reader,
      @Nullable Runnable admitted) {
    CallMono<R> call = new CallMono<>(shell, run, scope, task, reader, admitted);
    return Assembly.traced(call, onAssembly(call), call.stepName());
  }

  @Override
  public void subscribe(CoreSubscriber<? super R> actual) {
    ProgramCall<R> call = new ProgramCall<>(shell, run, scope, task, reader, admitted, actual);
    actual.onSubscribe(call);
    shell.sink().post(call);
  }

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    if (key == Attr.NAME) {
      return task.name();
    }
    return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
  }

  @Override
  public String stepName() {
    return "submit";
  }
}
