package io.sluice.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Ready tasks that wait for a worker of one pool, or for one exact worker: runs in turn, within a run
/// as its [ReadyLane] has it. A run with a million ready tasks delays another's first one by one task,
/// whatever their priorities.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class ReadyQueue {
  /// The queue's number, by which a run finds its lane.
  private final int number;

  /// The lane whose turn it is, in a ring of those that are not empty.
  private @Nullable ReadyLane turn;

  private int size;

  /// How many tasks of other queues in a row went before its oldest, though they were younger.
  private int passCount;

  ReadyQueue(int number) {
    this.number = number;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return turn == null;
  }

  boolean hasAnyOf(Run run) {
    ReadyLane lane = number < run.lanes.length ? run.lanes[number] : null;
    return lane != null && !lane.isEmpty();
  }

  void add(Slot slot) {
    ReadyLane lane = laneOf(slot.run);
    if (lane.isEmpty()) {
      linkBeforeTurn(lane);
    }
    lane.add(slot);
    size++;
  }

  private ReadyLane laneOf(Run run) {
    if (run.lanes.length <= number) {
      run.lanes = Arrays.copyOf(run.lanes, number + 1);
    }
    ReadyLane lane = run.lanes[number];
    if (lane == null) {
      lane = new ReadyLane(this);
      run.lanes[number] = lane;
    }
    return lane;
  }

  private void linkBeforeTurn(ReadyLane lane) {
    ReadyLane at = turn;
    if (at == null || at.previous == null) {
      lane.next = lane;
      lane.previous = lane;
      turn = lane;
      return;
    }
    lane.next = at;
    lane.previous = at.previous;
    at.previous.next = lane;
    at.previous = lane;
  }

  /// The next in turn, left where it is.
  @Nullable Slot peek() {
    return turn == null ? null : turn.peek();
  }

  /// Notes that a task of another queue went first, where one of this could have gone.
  void passedBy(Slot other) {
    Slot oldest = turn == null ? null : turn.oldest();
    if (oldest != null && oldest.readyStamp < other.readyStamp) {
      passCount++;
    }
  }

  /// Whether so many have passed it that it goes first.
  boolean wasPassedTooOften() {
    return passCount >= ReadyLane.MAX_PASSES;
  }

  /// Takes the next in turn; the turn goes to the next run.
  @Nullable Slot poll() {
    ReadyLane lane = turn;
    if (lane == null) {
      return null;
    }
    turn = lane.next;
    passCount = 0;
    Slot slot = lane.poll();
    removed(lane);
    return slot;
  }

  /// Takes out a task that is not to run.
  void remove(Slot slot) {
    ReadyLane lane = slot.lane;
    if (lane == null || lane.queue != this) {
      throw new IllegalStateException(slot + " is not in this queue; this is a bug in Sluice");
    }
    lane.remove(slot);
    removed(lane);
  }

  private void removed(ReadyLane lane) {
    size--;
    if (lane.isEmpty()) {
      unlink(lane);
    }
  }

  private void unlink(ReadyLane lane) {
    ReadyLane next = lane.next;
    ReadyLane previous = lane.previous;
    if (next == null || previous == null || next == lane) {
      turn = null;
    } else {
      previous.next = next;
      next.previous = previous;
      turn = turn == lane ? next : turn;
    }
    lane.next = null;
    lane.previous = null;
  }
}
