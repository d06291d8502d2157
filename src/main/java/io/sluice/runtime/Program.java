package io.sluice.runtime;

import io.sluice.engine.Scope;
import io.sluice.error.SluiceException;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// What a program submits through: a run and one of its scopes.
public final class Program {
  private final Shell shell;
  private final ProgramRun<?> run;
  private final Scope scope;

  Program(Shell shell, ProgramRun<?> run, Scope scope) {
    this.shell = shell;
    this.run = run;
    this.scope = scope;
  }

  /// Submits a task on each subscription; resolves with its result, or its failure.
  public Mono<TaskResult> submit(Task task) {
    return CallMono.assembled(shell, run, scope, Objects.requireNonNull(task, "task"), null, null);
  }

  /// The same; calls `admitted` when the task was admitted or refused.
  public Mono<TaskResult> submit(Task task, Runnable admitted) {
    return CallMono.assembled(
        shell,
        run,
        scope,
        Objects.requireNonNull(task, "task"),
        null,
        Objects.requireNonNull(admitted, "admitted"));
  }

  /// The same; resolves with what `reader` makes of the result, which is closed behind it.
  public <R> Mono<R> submit(Task task, Function<? super TaskResult, ? extends R> reader) {
    return CallMono.assembled(
        shell,
        run,
        scope,
        Objects.requireNonNull(task, "task"),
        Objects.requireNonNull(reader, "reader"),
        null);
  }

  /// Runs a part of the program in a scope inside this one, which ends with that part's publisher.
  public <T> Flux<T> scope(Function<? super Program, ? extends Publisher<? extends T>> part) {
    return NamedStep.of(
        "scope",
        Flux.usingWhen(
            Mono.<Scope>create(this::openScope),
            inner -> part.apply(new Program(shell, run, inner)),
            this::endScope));
  }

  /// A scope that comes too late for its subscriber ends at once.
  private void openScope(MonoSink<Scope> answer) {
    shell.post(
        engine -> {
          SluiceException tooLate = run.refusal(scope, null);
          if (tooLate != null) {
            shell.outbox().add(() -> answer.error(tooLate));
            return;
          }
          try {
            Scope inner = engine.openScope(scope);
            shell.outbox().add(() -> answer.onCancel(() -> end(inner)).success(inner));
          } catch (SluiceException refusal) {
            shell.outbox().add(() -> answer.error(refusal));
          }
        });
  }

  private Mono<Void> endScope(Scope inner) {
    return Mono.fromRunnable(() -> end(inner));
  }

  private void end(Scope inner) {
    shell.post(engine -> engine.endScope(inner));
  }
}
