package io.sluice.worker.process;

/// How to stop an item that a process pool has accepted. Any thread, at any time; behind its end it does
/// nothing.
public interface RemoteCall {
  /// Takes it back if it has not begun; else its kernel is told, and interrupted if asked for.
  void stop(boolean interrupt);

  /// Takes it back if it has not begun; else its process is killed.
  ///
  /// @param reason what became of the worker, as in `was killed: …`
  void kill(String reason);
}
