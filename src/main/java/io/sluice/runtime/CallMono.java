package io.sluice.runtime;

import io.sluice.engine.Scope;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/// A program's submission of one task; cold.
final class CallMono extends Mono<TaskResult> {
  private final Shell shell;
  private final ProgramRun<?> run;
  private final Scope scope;
  private final Task task;

  CallMono(Shell shell, ProgramRun<?> run, Scope scope, Task task) {
    this.shell = shell;
    this.run = run;
    this.scope = scope;
    this.task = task;
  }

  @Override
  public void subscribe(CoreSubscriber<? super TaskResult> actual) {
    ProgramCall call = new ProgramCall(shell, run, scope, task, actual);
    actual.onSubscribe(call);
    shell.sink().post(call);
  }
}
