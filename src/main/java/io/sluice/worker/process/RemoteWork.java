package io.sluice.worker.process;

import io.sluice.worker.Work;
import org.jspecify.annotations.Nullable;

/// An item for a worker process: it is written into a frame, and told what came of it.
///
/// One of [#stopped], [#completed], [#failed] comes before [#afterRun]; or [#lost] comes instead of all.
/// [#runOn] is never called.
public interface RemoteWork extends Work {
  /// By what errors call it.
  String taskName();

  /// Whether it is not to start any more.
  boolean isStopRequested();

  /// Accepted, and how to stop it from now on; before it is described.
  void accepted(RemoteCall call);

  /// Writes kernel, arguments and scalars. Any thread; it may be called again for another frame, if it
  /// was taken back before it began.
  void describe(FrameWriter frame);

  /// Whether [#handedOver] is to be told.
  boolean isTimed();

  /// It is about to be staged with a child that is ready; for the first time, or once more. Told by the
  /// watcher, before its end.
  void handedOver();

  /// It will not start: it was asked to stop before.
  void stopped();

  /// Its kernel has returned.
  ///
  /// @param rows what it said, a number for each tensor and below 0 where it said nothing; null if
  ///     nothing
  /// @throws IllegalArgumentException if that can't be true; it is lost then, with its worker
  void completed(long runTimeNs, long @Nullable [] rows);

  /// Its kernel threw.
  void failed(long runTimeNs, Throwable error);
}
