package io.sluice.engine;

import io.sluice.task.Task;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The queues and idle workers of one pool, and who is next.
///
/// Singles go to the idle worker on top. The group at the head *reserves*: workers that become idle
/// are kept for it until all of its members can start at once; only one group reserves at a time. A
/// group's turn comes when it goes before the next single, or when [#MAX_GROUP_BYPASSES] singles have
/// passed it. A task for an exact worker leaves the last idle worker to a single that goes before it.
///
/// Of two tasks at the heads of different queues the one of the higher priority goes first if they are
/// of one run, else the older one. A queue whose oldest task was passed by
/// [ReadyLane#MAX_PASSES] younger ones in a row goes before the others.
///
/// Where workers may hold several members, and none is idle, singles are *staged* behind those that run, on
/// the worker that holds the least: not while a group waits, nor those with a timeout, which counts from the
/// hand-over.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class PoolQueues {
  static final int MAX_GROUP_BYPASSES = 64;

  /// Hands a member to a worker.
  interface Starter {
    void start(Slot slot, int member, int worker);
  }

  private final int firstQueueNumber;
  private final int workerCount;
  private final Starter starter;
  private final IdleWorkers idle;

  /// Null where a worker holds one member at a time.
  private final @Nullable HeldCounts held;

  private final ReadyQueue singles;
  private final ReadyQueue groups;
  private final @Nullable ReadyQueue[] exact;
  private int exactCount;

  /// Null where a worker is free to be had.
  private final @Nullable WakeUps wakeUps;

  /// Whether a ready task was left to a worker that is busy.
  private boolean keepsBack;

  /// Whether something has changed since [#assign].
  private boolean due;

  /// Whether it was found since [#assign] that one that runs or waits is sure to end within a moment.
  private boolean isCountedOn;

  private int groupBypassCount;
  private @Nullable Slot reserving;
  private final int[] reserved;
  private int reservedCount;

  /// @param firstQueueNumber the first of `workerCount + 2` numbers for queues
  /// @param depth how many members a worker may hold
  /// @param watched whether somebody watches over workers that are held up, so that tasks can be left to
  ///     them
  PoolQueues(int firstQueueNumber, int workerCount, int depth, boolean watched, Starter starter) {
    this.firstQueueNumber = firstQueueNumber;
    this.workerCount = workerCount;
    this.starter = starter;
    this.idle = new IdleWorkers(workerCount);
    this.held = depth > 1 ? new HeldCounts(workerCount, depth) : null;
    this.wakeUps = watched && depth == 1 ? new WakeUps(workerCount) : null;
    this.singles = new ReadyQueue(firstQueueNumber);
    this.groups = new ReadyQueue(firstQueueNumber + 1);
    this.exact = new @Nullable ReadyQueue[workerCount];
    this.reserved = new int[workerCount];
  }

  static int queueCount(int workerCount) {
    return workerCount + 2;
  }

  int idleCount() {
    return idle.size();
  }

  int workerCount() {
    return workerCount;
  }

  int readyCount() {
    return singles.size() + groups.size() + exactCount + (reserving == null ? 0 : 1);
  }

  boolean isReserving() {
    return reserving != null;
  }

  void add(Slot slot) {
    Task task = slot.task;
    due = true;
    if (task.memberCount() > 1) {
      groups.add(slot);
    } else if (task.exactWorker(0) >= 0) {
      exactQueue(task.exactWorker(0)).add(slot);
      exactCount++;
    } else {
      singles.add(slot);
    }
  }

  private ReadyQueue exactQueue(int worker) {
    ReadyQueue queue = exact[worker];
    if (queue == null) {
      queue = new ReadyQueue(firstQueueNumber + 2 + worker);
      exact[worker] = queue;
    }
    return queue;
  }

  /// Takes out a ready task that is not to run.
  void withdraw(Slot slot) {
    ReadyLane lane = slot.lane;
    due = true;
    if (lane != null) {
      lane.queue.remove(slot);
      exactCount -= lane.queue == singles || lane.queue == groups ? 0 : 1;
    } else if (slot == reserving) {
      endReservation();
    }
  }

  private void endReservation() {
    while (reservedCount > 0) {
      idle.push(reserved[--reservedCount]);
    }
    reserving = null;
  }

  void freed(int worker) {
    due = true;
    if (wakeUps != null) {
      wakeUps.freed(worker);
    }
    if (held == null || held.freed(worker)) {
      idle.push(worker);
    }
  }

  /// A kernel of a single task ran for so long.
  void ran(long ns) {
    if (wakeUps != null) {
      wakeUps.ran(ns);
    }
  }

  /// Nothing is left to this worker until it is free again. Ignored if it is already.
  void heldUp(int worker) {
    if (wakeUps != null && !idle.contains(worker) && !isReserved(worker)) {
      wakeUps.heldUp(worker);
      due = true;
    }
  }

  private boolean isReserved(int worker) {
    for (int i = 0; i < reservedCount; i++) {
      if (reserved[i] == worker) {
        return true;
      }
    }
    return false;
  }

  /// Whether a ready task waits for a worker that is busy while another is idle.
  boolean keepsBack() {
    return keepsBack;
  }

  /// The same, and such tasks are so short that the busy one will be back in a moment; or one that runs is counted on.
  /// And an idle worker is at hand, so that somebody sees it if that is wrong.
  boolean leavesShortTasks(IntPredicate isAtHand) {
    boolean leaves = isCountedOn || (keepsBack && wakeUps != null && wakeUps.areShort());
    return leaves && idle.isAny(isAtHand);
  }

  /// Whether tasks that run or are ready are to end within a moment: they are short, nobody is held up, and an idle
  /// worker watches over those that are busy.
  boolean endsAnySoon() {
    return wakeUps != null && wakeUps.areShort() && !wakeUps.isAnyHeldUp() && !idle.isEmpty();
  }

  /// One of those that end soon is counted on, until something changes here.
  void countOnShortTasks() {
    isCountedOn = true;
  }

  /// Whether a task of the run is ready or runs.
  boolean moves(Run run) {
    return run.runningCount > 0 || singles.hasAnyOf(run);
  }

  /// Starts what can be started.
  ///
  /// @return whether anything could have changed by that
  boolean assign() {
    if (!due) {
      return false;
    }
    due = false;
    keepsBack = false;
    isCountedOn = false;
    do {
      if (exactCount > 0 || reserving != null || !groups.isEmpty()) {
        reserve();
        startExact();
      }
    } while (startGroup() || startSingle());
    return true;
  }

  private void reserve() {
    if (reserving == null && isGroupDue()) {
      reserving = groups.poll();
      groupBypassCount = 0;
    }
    if (reserving != null) {
      reserveFor(reserving.task);
    }
  }

  private boolean isGroupDue() {
    Slot group = groups.peek();
    Slot single = singles.peek();
    return group != null
        && (single == null
            || groupBypassCount >= MAX_GROUP_BYPASSES
            || (!singles.wasPassedTooOften() && goesBefore(group, single)));
  }

  private static boolean goesBefore(Slot one, Slot other) {
    int priority = one.task.priority();
    int otherPriority = other.task.priority();
    boolean byPriority = one.run == other.run && priority != otherPriority;
    return byPriority ? priority > otherPriority : one.readyStamp < other.readyStamp;
  }

  private void reserveFor(Task group) {
    if (group.exactWorker(0) < 0) {
      while (reservedCount < group.memberCount() && !idle.isEmpty()) {
        reserved[reservedCount++] = idle.pop();
      }
      return;
    }
    for (int member = 0; member < group.memberCount(); member++) {
      int worker = group.exactWorker(member);
      if (idle.contains(worker)) {
        idle.remove(worker);
        reserved[reservedCount++] = worker;
      }
    }
  }

  private boolean startGroup() {
    Slot group = reserving;
    if (group == null || reservedCount < group.task.memberCount()) {
      return false;
    }
    reserving = null;
    reservedCount = 0;
    singles.passedBy(group);
    noteThoseLeft();
    for (int member = 0; member < group.task.memberCount(); member++) {
      int worker = group.task.exactWorker(member);
      start(group, member, worker < 0 ? reserved[member] : worker);
    }
    return true;
  }

  private void startExact() {
    for (int place = idle.size() - 1; exactCount > 0 && place >= 0; place--) {
      int worker = idle.at(place);
      ReadyQueue queue = exact[worker];
      Slot slot = queue == null ? null : queue.peek();
      if (queue != null && slot != null && goesFirst(slot, queue)) {
        idle.remove(worker);
        exactCount--;
        if (noteThoseLeft() || idle.isEmpty()) {
          singles.passedBy(slot);
        }
        start(queue, worker);
      }
    }
  }

  /// Whether singles are left to workers that are busy, though another is idle.
  private boolean areSinglesLeft() {
    return wakeUps != null
        && !singles.wasPassedTooOften()
        && wakeUps.keepBack(singles.size(), workerCount - idle.size() - reservedCount);
  }

  /// Whether singles that wait are left to busy workers still, now that these were given something else.
  private boolean noteThoseLeft() {
    if (wakeUps == null || singles.isEmpty() || idle.isEmpty() || !areSinglesLeft()) {
      return false;
    }
    wakeUps.passed();
    return true;
  }

  /// The last idle worker is left to a single that goes before.
  private boolean goesFirst(Slot slot, ReadyQueue queue) {
    Slot single = singles.peek();
    return single == null
        || idle.size() > 1
        || areSinglesLeft()
        || queue.wasPassedTooOften()
        || (!singles.wasPassedTooOften() && goesBefore(slot, single));
  }

  private boolean startSingle() {
    if (singles.isEmpty() || idle.isEmpty()) {
      return held != null && stageSingle(held);
    }
    if (areSinglesLeft()) {
      keepsBack = true;
      return false;
    }
    groupBypassCount += groups.isEmpty() ? 0 : 1;
    int worker = idle.pop();
    if (wakeUps != null) {
      wakeUps.taken();
    }
    notePass(worker);
    start(singles, worker);
    return true;
  }

  private boolean stageSingle(HeldCounts counts) {
    Slot single = singles.peek();
    int worker = counts.leastLoaded();
    if (single == null
        || worker < 0
        || reserving != null
        || !groups.isEmpty()
        || single.task.timeoutNs() > 0) {
      return false;
    }
    notePass(worker);
    start(singles, worker);
    return true;
  }

  private void notePass(int worker) {
    ReadyQueue queue = exactCount == 0 ? null : exact[worker];
    Slot single = singles.peek();
    if (queue != null && single != null) {
      queue.passedBy(single);
    }
  }

  private void start(ReadyQueue queue, int worker) {
    Slot slot = queue.poll();
    if (slot == null) {
      throw new IllegalStateException("an empty queue was polled; this is a bug in Sluice");
    }
    start(slot, 0, worker);
  }

  private void start(Slot slot, int member, int worker) {
    if (held != null) {
      held.started(worker);
    }
    starter.start(slot, member, worker);
  }
}
