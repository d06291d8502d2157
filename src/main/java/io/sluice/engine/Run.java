package io.sluice.engine;

import io.sluice.error.TaskCancelledException;
import io.sluice.task.RunId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One subscription: its sources, scopes, live tasks and limits.
///
/// It is open from subscription until its last signal was handed over.
///
/// **Bound.** Tasks not yet terminal plus results not yet delivered never exceed the maximum in
/// flight.
///
/// **Confinement.** Owned by the scheduler's drain loop, but for [#attachment()] and what is final.
public final class Run {
  /// More than any heap has, and no trouble to round up.
  private static final long MOST_BYTES = 1L << 62;

  private final RunId id;

  /// The number of the epoch, which does not end before the run does.
  final long epoch;

  private final Object attachment;
  private final Effects effects;
  final RunPlan plan;

  /// The most that [#heapBytes] may be.
  final long heapLimitBytes;

  /// What the user declared, aligned; 0 if nothing.
  final long largestTaskBytes;

  /// Bytes of the live slabs of its tasks.
  long heapBytes;

  /// How many of its claims took bytes.
  long byteClaimCount;

  /// The source whose claim its siblings let pass; see [SiblingTurns].
  @Nullable Source keepsRoomFor;

  /// What tasks of this run keep that have completed and are gone.
  final Outcome completedOutcome = new Outcome(this, null, null);

  /// Holds what is submitted outside inner scopes.
  final Scope outerScope;

  /// Sources whose oldest task waits for bytes, in turn.
  final LinkedHashSet<Source> waitingSources = new LinkedHashSet<>();

  final List<Throwable> failures = new ArrayList<>();
  long failureCount;

  /// Tasks asked for, without those that a publisher did not send before it ended.
  long requestedCount;

  long admittedCount;
  long refusedCount;

  /// Tasks that came and are neither admitted nor refused.
  long waitingCount;

  long undecidedCount;

  /// Sources whose oldest task was found to need bytes that it could not have.
  int bytesWaiterCount;

  long unsettledCount;

  /// Results for its subscriber, delivered or not.
  long resultCount;

  /// How many of them are known to be delivered; there may be more.
  private long deliveredCount;

  long openResultCount;
  int openSourceCount;

  /// How many of its sources are asked for tasks.
  int pulledSourceCount;

  /// Whether its claims are served no more: cancelled, failed, or ended.
  boolean stopped;

  /// Members of its tasks that hold a worker.
  int runningCount;

  /// Whether a task of it was for another pool than the default one.
  boolean usesOtherPools;

  /// Whether it has had plenty of tasks in hand, and not run short of them since; see [Supply].
  boolean hasPlenty;

  /// Whether it is in the set of those that were found to have enough, which is asked at each of their tasks.
  boolean isSupplied;

  /// Whether it is among the runs to be looked at.
  boolean touched;

  /// What its cancelled tasks have as their cause; made when first needed.
  @Nullable TaskCancelledException cancellation;

  /// Whether the last signal was decided.
  boolean ended;

  /// Whether the last signal was handed over.
  boolean closed;

  /// Whose result is told next; null where the order of completion decides.
  final @Nullable Turns turns;

  @Nullable Slot firstSlot;
  @Nullable Run liveNext;
  @Nullable Run livePrevious;
  @Nullable Scope firstScope;
  @Nullable Source firstSource;
  @Nullable ResultHold firstResult;

  /// Lanes in the ready queues, by the queue's number; null where there is none yet.
  @Nullable ReadyLane[] lanes = new @Nullable ReadyLane[0];

  Run(long number, long epoch, RunPlan plan, Object attachment, Effects effects) {
    this.effects = effects;
    this.epoch = epoch;
    this.id = new RunId(number, plan.options().name());
    this.plan = plan;
    this.turns = plan.sequential() ? new Turns() : null;
    this.attachment = attachment;
    this.heapLimitBytes = plan.options().bytes().limitBytes();
    this.largestTaskBytes =
        HeapSpace.alignedBytes(Math.min(plan.options().bytes().largestTaskBytes(), MOST_BYTES));
    this.outerScope = new Scope(this, null);
    linkScope(outerScope);
  }

  /// The place among all runs of the runtime, from 1: a higher one is younger.
  public long number() {
    return id.number();
  }

  /// Its number, and the name that the user gave it.
  public RunId id() {
    return id;
  }

  public FailureMode failureMode() {
    return plan.failureMode();
  }

  /// What the shell gave when it opened the run.
  public Object attachment() {
    return attachment;
  }

  public Scope outerScope() {
    return outerScope;
  }

  /// How many tasks it may ask for beyond what was admitted, with so many bytes of the heap free: at least 1,
  /// and no more than these hold, if it has declared its largest task.
  long lookAheadCount(long freeHeapBytes) {
    int most = plan.options().lookAheadCount();
    if (largestTaskBytes == 0) {
      return most;
    }
    long freeBytes = Math.min(freeHeapBytes, heapLimitBytes - heapBytes);
    return Math.clamp(freeBytes / largestTaskBytes, 1, most);
  }

  /// Where it stands now.
  public RunDemand demand() {
    return new RunDemand(
        id,
        requestedCount,
        admittedCount,
        refusedCount,
        waitingCount,
        undecidedCount,
        undeliveredCount(),
        heapBytes,
        heapLimitBytes);
  }

  /// Tasks not yet terminal plus results not yet delivered.
  public long inFlightCount() {
    return undecidedCount + undeliveredCount();
  }

  /// Results that were not handed over or thrown away.
  long undeliveredCount() {
    deliveredCount = effects.deliveredCount(this);
    return resultCount - deliveredCount;
  }

  /// Whether one more may be admitted. What has failed but still waits for earlier tasks counts too:
  /// else such tasks would add up without a bound behind one that runs for long.
  ///
  /// Where results that were not delivered are in the way, the next delivery is to be told.
  boolean isBelowMaxInFlight() {
    long most = plan.options().maxInFlightCount();
    if (unsettledCount + resultCount - deliveredCount < most) {
      return true;
    }
    if (unsettledCount >= most) {
      return false;
    }
    effects.reportDelivery(this);
    return unsettledCount + undeliveredCount() < most;
  }

  /// Whether its limit of bytes leaves room for so many.
  boolean hasRoomFor(long bytes) {
    return bytes <= heapLimitBytes - heapBytes;
  }

  void link(Slot slot) {
    slot.runNext = firstSlot;
    if (firstSlot != null) {
      firstSlot.runPrevious = slot;
    }
    firstSlot = slot;
  }

  /// Shows its live slots, the youngest first.
  void forEachSlot(Consumer<? super Slot> visitor) {
    for (Slot slot = firstSlot; slot != null; slot = slot.runNext) {
      visitor.accept(slot);
    }
  }

  void unlink(Slot slot) {
    if (slot.runPrevious == null) {
      firstSlot = slot.runNext;
    } else {
      slot.runPrevious.runNext = slot.runNext;
    }
    if (slot.runNext != null) {
      slot.runNext.runPrevious = slot.runPrevious;
    }
    slot.runNext = null;
    slot.runPrevious = null;
  }

  void link(Source source) {
    source.runNext = firstSource;
    if (firstSource != null) {
      firstSource.runPrevious = source;
    }
    firstSource = source;
  }

  void unlink(Source source) {
    if (source.runPrevious == null) {
      firstSource = source.runNext;
    } else {
      source.runPrevious.runNext = source.runNext;
    }
    if (source.runNext != null) {
      source.runNext.runPrevious = source.runPrevious;
    }
    source.runNext = null;
    source.runPrevious = null;
  }

  void link(ResultHold result) {
    openResultCount++;
    result.runNext = firstResult;
    if (firstResult != null) {
      firstResult.runPrevious = result;
    }
    firstResult = result;
  }

  void unlink(ResultHold result) {
    openResultCount--;
    if (result.runPrevious == null) {
      firstResult = result.runNext;
    } else {
      result.runPrevious.runNext = result.runNext;
    }
    if (result.runNext != null) {
      result.runNext.runPrevious = result.runPrevious;
    }
  }

  void linkScope(Scope scope) {
    scope.runNext = firstScope;
    if (firstScope != null) {
      firstScope.runPrevious = scope;
    }
    firstScope = scope;
  }

  void unlinkScope(Scope scope) {
    if (scope.runPrevious == null) {
      firstScope = scope.runNext;
    } else {
      scope.runPrevious.runNext = scope.runNext;
    }
    if (scope.runNext != null) {
      scope.runNext.runPrevious = scope.runPrevious;
    }
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
