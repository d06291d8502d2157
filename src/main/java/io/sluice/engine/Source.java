package io.sluice.engine;

import io.sluice.task.Task;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Where tasks come from, one after another: a publisher, or one call of a program. Its tasks are
/// admitted in the order in which they came.
///
/// **Bound.** Tasks asked for but not yet admitted never exceed the look-ahead.
///
/// **Confinement.** Owned by the scheduler's drain loop, but for [#attachment()].
public final class Source {
  final Run run;
  final Scope scope;
  private final Object attachment;

  /// Whether tasks are asked for; a program's call gives its one task unasked.
  final boolean pulled;

  /// Whether its scope ends with its last task.
  final boolean endsScope;

  /// Whether each of its tasks is a scope by itself, over when it is admitted. Then [#scope] is the one
  /// around these.
  final boolean eachAlone;

  /// Tasks behind those of this source that were asked for already, and count for its look-ahead.
  final long inHandCount;

  final ArrayDeque<Task> waiting = new ArrayDeque<>();
  long requestedCount;

  /// Admitted or refused.
  long handledCount;

  boolean publisherEnded;
  boolean closed;

  /// Whether it is among its run's waiting sources.
  boolean inTurn;

  /// Whether the oldest task was found to need bytes that it could not have.
  boolean waitsForBytes;

  /// Bytes that the oldest waiting task needs, as of [#neededAtStamp].
  long neededBytes;

  /// The state of the tensor map in which [#neededBytes] was found; -1 if it was not yet.
  long neededAtStamp = -1;

  /// Since when the oldest task waits for bytes; starts again where time does not count.
  long waitingSinceNs;

  /// How many claims had taken bytes when the oldest task began to wait.
  long bypassBase;

  /// Whether the versions that the oldest task names are [Version#watched].
  boolean watches;

  /// How many claims of its run had taken bytes when the run's limit began to keep the oldest task back.
  long siblingBase;

  @Nullable Source runNext;
  @Nullable Source runPrevious;

  /// Of those whose oldest task has waited for bytes.
  boolean inByteQueue;

  @Nullable Source byteQueueNext;
  @Nullable Source byteQueuePrevious;

  Source(
      Run run,
      Scope scope,
      boolean pulled,
      boolean endsScope,
      boolean eachAlone,
      long inHandCount,
      Object attachment) {
    this.run = run;
    this.scope = scope;
    this.pulled = pulled;
    this.endsScope = endsScope;
    this.eachAlone = eachAlone;
    this.inHandCount = inHandCount;
    this.attachment = attachment;
  }

  void beginToWaitForBytes() {
    waitsForBytes = true;
    run.bytesWaiterCount++;
  }

  void noLongerWaitsForBytes() {
    run.bytesWaiterCount -= waitsForBytes ? 1 : 0;
    waitsForBytes = false;
  }

  /// How many tasks it may be asked for beyond what was admitted, with so many bytes of the heap free.
  long lookAheadCount(long freeHeapBytes) {
    return Math.max(1, run.lookAheadCount(freeHeapBytes) - inHandCount);
  }

  /// Tasks asked for that were neither admitted nor refused.
  long outstandingCount() {
    return pulled ? requestedCount - handledCount : 0;
  }

  public Run run() {
    return run;
  }

  public Scope scope() {
    return scope;
  }

  /// What the shell gave when it opened the source.
  public Object attachment() {
    return attachment;
  }

  /// Tasks asked for so far.
  public long requestedCount() {
    return requestedCount;
  }

  /// Tasks admitted or refused so far.
  public long handledCount() {
    return handledCount;
  }

  /// Tasks received and not yet admitted.
  public int waitingCount() {
    return waiting.size();
  }

  @Override
  public String toString() {
    return "a source of " + run;
  }
}
