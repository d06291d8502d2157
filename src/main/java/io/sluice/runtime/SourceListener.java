package io.sluice.runtime;

/// The shell's side of one source. Called inside the drain.
interface SourceListener {
  /// Ask the publisher for so many tasks more.
  void demand(long count);

  /// The source's last task was admitted or refused.
  void drained();
}
