package io.sluice.sim;

import io.sluice.engine.HeapSpace;
import io.sluice.engine.Slot;
import io.sluice.task.Task;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.List;

/// An admitted task as the simulator knows it.
final class SimTask {
  final Slot slot;
  final SimSource source;
  final Task task;

  /// Place in the order of admission, over all epochs, from 1.
  final int order;

  final long step;
  final List<Touch> touches = new ArrayList<>();

  /// What its result holds.
  final List<Touch> yields = new ArrayList<>();

  /// The versions that lie in its slab.
  final List<SimVersion> owned = new ArrayList<>();

  /// What it had to wait for, and may still have to.
  final List<Touch> waits = new ArrayList<>();

  final List<SimTask> waitsAfter = new ArrayList<>();

  /// The newest admission of each task that it comes after.
  final List<SimTask> predecessors = new ArrayList<>();

  final SimAttempts attempts;
  long startedStep = Long.MAX_VALUE;

  /// How the engine told the end; null until it did, and for good if its run had stopped.
  TaskState told;

  /// Whether it has completed, and waits for the end of tasks before it.
  boolean wasOutOfTurn;

  /// When it was first seen ready, in looks of [Turns]; 0 if it was not yet.
  long seenReady;

  boolean askedToStop;
  boolean interrupted;
  boolean resultClosed;
  boolean inHand;
  private boolean settled;
  boolean consumed;

  SimTask(World world, Slot slot, SimSource source, int order, long step) {
    this.slot = slot;
    this.source = source;
    this.task = slot.task();
    this.order = order;
    this.step = step;
    this.attempts = new SimAttempts(world, this);
  }

  SimRun run() {
    return source.run;
  }

  boolean isDecided() {
    return slot.state().isTerminal();
  }

  boolean isStarted() {
    return startedStep != Long.MAX_VALUE;
  }

  boolean hasCompleted() {
    return isDecided() && told != TaskState.FAILED && told != TaskState.CANCELLED;
  }

  /// Whether it can't touch a byte any more, nor anything that it waited for.
  boolean isSettled() {
    if (!settled && isDecided() && attempts.runningMembers == 0) {
      settled = !isWaiting();
    }
    return settled;
  }

  /// Whether something that it has to wait for is not over.
  boolean isWaiting() {
    while (!waits.isEmpty() && waits.getLast().isOver()) {
      waits.removeLast();
    }
    while (!waitsAfter.isEmpty() && waitsAfter.getLast().isSettled()) {
      waitsAfter.removeLast();
    }
    return !waits.isEmpty() || !waitsAfter.isEmpty();
  }

  /// Whether its result still holds what it yields.
  boolean isResultOpen() {
    if (yields.isEmpty() || resultClosed) {
      return false;
    }
    return !isDecided() || told == TaskState.COMPLETED || wasOutOfTurn || run().isOutOfTurn(this);
  }

  /// Whether anything keeps its slot from being consumed.
  boolean isHeld() {
    return !isSettled() || isHeldByScope() || isTouched();
  }

  private boolean isHeldByScope() {
    return owned.stream().anyMatch(SimVersion::isHeldByScope);
  }

  private boolean isTouched() {
    return owned.stream().anyMatch(version -> !version.prunedLive().isEmpty());
  }

  /// Where the bytes of something in its slab end, which may have been shortened.
  long endOf(SimVersion version) {
    long start = version.version.offsetBytes();
    long end = start + HeapSpace.alignedBytes(version.tensor.byteSize());
    return Math.max(start, Math.min(end, slabOffsetBytes() + slot.slabBytes()));
  }

  private long slabOffsetBytes() {
    return owned.stream().mapToLong(version -> version.version.offsetBytes()).min().orElse(0);
  }

  /// Bytes up to the last one that its kernel used, aligned; all before it has completed.
  long usedSlabBytes() {
    boolean all = !hasCompleted() || owned.isEmpty();
    long bytes = 0;
    for (SimVersion version : owned) {
      long size = version.tensor.byteSize();
      long used = all ? size : size / version.tensor.shape().extent(0) * version.rows;
      long before = version.version.offsetBytes() - slabOffsetBytes();
      bytes = used == 0 ? bytes : Math.max(bytes, before + used);
    }
    return HeapSpace.alignedBytes(owned.isEmpty() ? 0 : Math.max(1, bytes));
  }

  /// What it writes, for [Memory].
  int writer(int member, int attempt) {
    return (order * 8 + member) * 16 + attempt;
  }

  String name() {
    return "#" + order;
  }

  @Override
  public String toString() {
    return name() + " (" + slot.id() + ", " + run() + ", " + slot.state() + ")";
  }
}
