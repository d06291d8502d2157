package io.sluice.runtime;

import io.sluice.engine.Scope;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/// A program's submission of one task; cold.
final class CallMono extends Mono<TaskResult> implements Scannable {
  private final Shell shell;
  private final ProgramRun<?> run;
  private final Scope scope;
  private final Task task;

  private CallMono(Shell shell, ProgramRun<?> run, Scope scope, Task task) {
    this.shell = shell;
    this.run = run;
    this.scope = scope;
    this.task = task;
  }

  static Mono<TaskResult> assembled(Shell shell, ProgramRun<?> run, Scope scope, Task task) {
    CallMono call = new CallMono(shell, run, scope, task);
    return Assembly.traced(call, onAssembly(call), call.stepName());
  }

  @Override
  public void subscribe(CoreSubscriber<? super TaskResult> actual) {
    ProgramCall call = new ProgramCall(shell, run, scope, task, actual);
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
