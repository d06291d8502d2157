package io.sluice;

import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/// The ways to submit a publisher of tasks, for what they have in common.
public enum Way {
  SUBMIT,
  SUBMIT_SCOPED,
  SUBMIT_DELAY_ERROR,
  SUBMIT_SCOPED_DELAY_ERROR,
  SEQUENTIAL,
  SCOPED_SEQUENTIAL,
  SEQUENTIAL_DELAY_ERROR,
  SCOPED_SEQUENTIAL_DELAY_ERROR;

  /// The scoped ways make each task a scope of its own.
  public Flux<TaskResult> results(Submitter sluice, Flux<Task> tasks) {
    return switch (this) {
      case SUBMIT -> sluice.submit(tasks);
      case SUBMIT_SCOPED -> sluice.submitScoped(tasks.map(Flux::just));
      case SUBMIT_DELAY_ERROR -> sluice.submitDelayError(tasks);
      case SUBMIT_SCOPED_DELAY_ERROR -> sluice.submitScopedDelayError(tasks.map(Flux::just));
      case SEQUENTIAL -> sluice.submitSequential(tasks);
      case SCOPED_SEQUENTIAL -> sluice.submitScopedSequential(tasks.map(Flux::just));
      case SEQUENTIAL_DELAY_ERROR -> sluice.submitSequentialDelayError(tasks);
      case SCOPED_SEQUENTIAL_DELAY_ERROR ->
          sluice.submitScopedSequentialDelayError(tasks.map(Flux::just));
    };
  }

  public <R> Flux<R> read(Submitter sluice, Flux<Task> tasks, Function<TaskResult, R> reader) {
    return switch (this) {
      case SUBMIT -> sluice.submit(tasks, reader);
      case SUBMIT_SCOPED -> sluice.submitScoped(tasks.map(Flux::just), reader);
      case SUBMIT_DELAY_ERROR -> sluice.submitDelayError(tasks, reader);
      case SUBMIT_SCOPED_DELAY_ERROR ->
          sluice.submitScopedDelayError(tasks.map(Flux::just), reader);
      case SEQUENTIAL -> sluice.submitSequential(tasks, reader);
      case SCOPED_SEQUENTIAL -> sluice.submitScopedSequential(tasks.map(Flux::just), reader);
      case SEQUENTIAL_DELAY_ERROR -> sluice.submitSequentialDelayError(tasks, reader);
      case SCOPED_SEQUENTIAL_DELAY_ERROR ->
          sluice.submitScopedSequentialDelayError(tasks.map(Flux::just), reader);
    };
  }

  public boolean isScoped() {
    return name().contains("SCOPED");
  }

  public boolean goesOn() {
    return name().endsWith("DELAY_ERROR");
  }
}
