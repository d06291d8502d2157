package io.sluice.task;

/// Fills a fresh tensor; what it throws fails the task.
@FunctionalInterface
public interface TensorWriter {
  void write(TensorView view) throws Exception;
}
