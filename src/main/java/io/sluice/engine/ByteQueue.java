package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// Sources whose oldest task has waited for bytes, in the order in which they began to. A list through the
/// sources themselves: in a full heap each task comes and goes here.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class ByteQueue {
  private @Nullable Source first;
  private @Nullable Source last;

  @Nullable Source first() {
    return first;
  }

  /// Without those whose run is at its limit of tasks in flight; null if nobody waits.
  @Nullable Source firstThatWaits() {
    Source source = first;
    while (source != null && !source.waitsForBytes) {
      source = source.byteQueueNext;
    }
    return source;
  }

  void add(Source source) {
    source.inByteQueue = true;
    source.byteQueuePrevious = last;
    if (last == null) {
      first = source;
    } else {
      last.byteQueueNext = source;
    }
    last = source;
  }

  /// Changes nothing if it is not in here.
  void remove(Source source) {
    if (!source.inByteQueue) {
      return;
    }
    source.inByteQueue = false;
    Source before = source.byteQueuePrevious;
    Source behind = source.byteQueueNext;
    if (before == null) {
      first = behind;
    } else {
      before.byteQueueNext = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.byteQueuePrevious = before;
    }
    source.byteQueueNext = null;
    source.byteQueuePrevious = null;
  }
}
