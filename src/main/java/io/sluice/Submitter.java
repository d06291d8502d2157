package io.sluice;

import io.sluice.config.RunOptions;
import io.sluice.engine.FailureMode;
import io.sluice.engine.RunPlan;
import io.sluice.runtime.Shell;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/// The ways to give a runtime work. A [Sluice] is one, with the options that its builder was given;
/// [#with] makes others. Immutable and thread-safe.
///
/// Each subscription is a run of its own, with its own scopes; runs share heap and workers.
///
/// | method | results come in the order of | a failure |
/// | --- | --- | --- |
/// | [#submit], [#submitScoped] | completion | ends the run at once |
/// | [#submitDelayError], [#submitScopedDelayError] | completion | comes last |
/// | [#submitSequential], [#submitScopedSequential] | submission | ends the run at once |
/// | [#submitSequentialDelayError], [#submitScopedSequentialDelayError] | submission | comes last |
/// | [#run] | as the program has it | is the program's to handle |
///
/// `Scoped` takes a publisher of publishers, each of them a scope; the others are one scope. Each but
/// [#run] exists with a reader of results as well.
public sealed class Submitter permits Sluice {
  private final Shell shell;
  private final RunOptions options;

  Submitter(Shell shell, RunOptions options) {
    this.shell = shell;
    this.options = options;
  }

  /// The same ways with other options, made from these: those of the runtime, as its builder has them,
  /// or of the [#with] before.
  ///
  /// ```java
  /// sluice.with(run -> run.name("thumbnails").maxInFlight(32)).submitScoped(photos, reader)
  /// ```
  ///
  /// `change` is called at once, on the calling thread.
  ///
  /// @throws io.sluice.error.ConfigurationException if an option is out of its range
  public Submitter with(UnaryOperator<RunOptions> change) {
    RunOptions changed = Objects.requireNonNull(change, "change").apply(options);
    return new Submitter(shell, Objects.requireNonNull(changed, "changed options"));
  }

  /// Runs the tasks of a publisher as one scope; suits a graph of bounded size.
  ///
  /// **On subscribe** a run begins; each subscription is one. **Emits** a result for each completed
  /// task, in the order of completion, as the subscriber asks for them; that demand governs delivery,
  /// not admission. Close results that yield, or use a reader. **Upstream** is asked for as many tasks
  /// as the look-ahead allows beyond what was admitted. **Cancel** cancels upstream and all tasks that
  /// do not run yet; running ones go by the `cancelPolicy` of the run, and their results are dropped. **Errors**: the
  /// first failure of a task, a refusal, or an error from upstream cancels the run likewise and is
  /// signalled at once; queued results are released.
  public Flux<TaskResult> submit(Publisher<? extends Task> tasks) {
    return tasks(tasks, FailureMode.FAIL_FAST, false, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  ///
  /// The reader runs on the delivering thread. What it throws is the run's error.
  public <R> Flux<R> submit(
      Publisher<? extends Task> tasks, Function<? super TaskResult, ? extends R> reader) {
    return tasks(tasks, FailureMode.FAIL_FAST, false, checked(reader));
  }

  /// Runs a stream of scopes: each publisher of tasks is one, and its bytes come back when its tasks
  /// are done, so that the stream may be endless.
  ///
  /// Scopes are admitted one after another, in the order of the stream; their tasks overlap. All else
  /// as for [#submit(Publisher)].
  public Flux<TaskResult> submitScoped(Publisher<? extends Publisher<? extends Task>> scopes) {
    return scopes(scopes, FailureMode.FAIL_FAST, false, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  public <R> Flux<R> submitScoped(
      Publisher<? extends Publisher<? extends Task>> scopes,
      Function<? super TaskResult, ? extends R> reader) {
    return scopes(scopes, FailureMode.FAIL_FAST, false, checked(reader));
  }

  /// As [#submit(Publisher)], but goes on with all that does not depend on a failure.
  ///
  /// **Errors**: at the end, behind all results, a [io.sluice.error.CompositeTaskException] that holds
  /// the causes.
  public Flux<TaskResult> submitDelayError(Publisher<? extends Task> tasks) {
    return tasks(tasks, FailureMode.DELAY_ERROR, false, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  public <R> Flux<R> submitDelayError(
      Publisher<? extends Task> tasks, Function<? super TaskResult, ? extends R> reader) {
    return tasks(tasks, FailureMode.DELAY_ERROR, false, checked(reader));
  }

  /// As [#submitScoped(Publisher)], but goes on with all that does not depend on a failure.
  public Flux<TaskResult> submitScopedDelayError(
      Publisher<? extends Publisher<? extends Task>> scopes) {
    return scopes(scopes, FailureMode.DELAY_ERROR, false, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  public <R> Flux<R> submitScopedDelayError(
      Publisher<? extends Publisher<? extends Task>> scopes,
      Function<? super TaskResult, ? extends R> reader) {
    return scopes(scopes, FailureMode.DELAY_ERROR, false, checked(reader));
  }

  /// As [#submit(Publisher)], but results come in the order in which the tasks came from upstream.
  ///
  /// Tasks start, run and complete in whatever order their data allows. A result that is early waits
  /// until all tasks before it have ended, holds what it yields, and counts in what the run may have in
  /// flight. **Errors**: at once, as for [#submit(Publisher)]; results that wait for their turn are
  /// released.
  public Flux<TaskResult> submitSequential(Publisher<? extends Task> tasks) {
    return tasks(tasks, FailureMode.FAIL_FAST, true, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  public <R> Flux<R> submitSequential(
      Publisher<? extends Task> tasks, Function<? super TaskResult, ? extends R> reader) {
    return tasks(tasks, FailureMode.FAIL_FAST, true, checked(reader));
  }

  /// As [#submitScoped(Publisher)], but results come in the order of [#submitSequential(Publisher)]:
  /// scope by scope, and inside each as its publisher gave the tasks.
  public Flux<TaskResult> submitScopedSequential(
      Publisher<? extends Publisher<? extends Task>> scopes) {
    return scopes(scopes, FailureMode.FAIL_FAST, true, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  public <R> Flux<R> submitScopedSequential(
      Publisher<? extends Publisher<? extends Task>> scopes,
      Function<? super TaskResult, ? extends R> reader) {
    return scopes(scopes, FailureMode.FAIL_FAST, true, checked(reader));
  }

  /// As [#submitDelayError(Publisher)], but results come in the order of
  /// [#submitSequential(Publisher)]. A task that fails or is refused leaves no gap.
  public Flux<TaskResult> submitSequentialDelayError(Publisher<? extends Task> tasks) {
    return tasks(tasks, FailureMode.DELAY_ERROR, true, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  public <R> Flux<R> submitSequentialDelayError(
      Publisher<? extends Task> tasks, Function<? super TaskResult, ? extends R> reader) {
    return tasks(tasks, FailureMode.DELAY_ERROR, true, checked(reader));
  }

  /// As [#submitScopedDelayError(Publisher)], but results come in the order of
  /// [#submitScopedSequential(Publisher)]. A task that fails or is refused leaves no gap.
  public Flux<TaskResult> submitScopedSequentialDelayError(
      Publisher<? extends Publisher<? extends Task>> scopes) {
    return scopes(scopes, FailureMode.DELAY_ERROR, true, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  public <R> Flux<R> submitScopedSequentialDelayError(
      Publisher<? extends Publisher<? extends Task>> scopes,
      Function<? super TaskResult, ? extends R> reader) {
    return scopes(scopes, FailureMode.DELAY_ERROR, true, checked(reader));
  }

  /// Runs a program that submits tasks one by one, for graphs that depend on values.
  ///
  /// **On subscribe** a run begins and the program is called, outside the scheduler. **Emits** what
  /// the program's publisher emits, as it emits it. **Completes** when that publisher has completed and
  /// all tasks of the run are decided. **Cancel** cancels the program's publisher and the tasks that do
  /// not run yet. **Errors**: those of the program's publisher; a failed task is the program's to
  /// handle.
  public <T> Flux<T> run(Function<? super Orchestrator, ? extends Publisher<? extends T>> program) {
    Objects.requireNonNull(program, "program");
    RunPlan plan = new RunPlan(FailureMode.PROGRAM, options, false, false);
    return shell.run(inner -> program.apply(new Orchestrator(inner)), plan);
  }

  private <R> Flux<R> tasks(
      Publisher<? extends Task> tasks,
      FailureMode mode,
      boolean sequential,
      @Nullable Function<? super TaskResult, ? extends R> reader) {
    return shell.submit(tasks, new RunPlan(mode, options, reader != null, sequential), reader);
  }

  private <R> Flux<R> scopes(
      Publisher<? extends Publisher<? extends Task>> scopes,
      FailureMode mode,
      boolean sequential,
      @Nullable Function<? super TaskResult, ? extends R> reader) {
    return shell.submitScoped(
        scopes, new RunPlan(mode, options, reader != null, sequential), reader);
  }

  private static <T> T checked(T reader) {
    return Objects.requireNonNull(reader, "reader");
  }
}
