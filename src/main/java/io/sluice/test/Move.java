package io.sluice.test;

/// What can happen next in a schedule. In the plain one, the first of these that can.
enum Move {
  /// A thread goes on with what a bounded drain has left.
  DRAIN,
  /// A task of a Reactor scheduler runs.
  TASK,
  /// The subscriber asks for more.
  REQUEST,
  /// The runtime is told of the end of a kernel.
  END,
  /// The subscriber closes a result.
  CLOSE,
  /// A kernel runs.
  RUN
}
