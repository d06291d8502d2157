package io.sluice.sim;

import io.sluice.engine.PoolLayout;
import io.sluice.task.Task;
import io.sluice.task.TaskState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Who is busy, as those know who watch over the workers of some pools: ready tasks may be left to them,
/// but not to those of whom it was said that they are held up.
final class Watches {
  private static final int MOST_PASSES = 64;
  private static final int DEFAULT_POOL = 0;
  private static final Set<TaskState> MOVING = EnumSet.of(TaskState.READY, TaskState.RUNNING);

  private final World world;
  private final boolean[] asked;
  private final boolean[][] heldUp;

  /// How many in a row for exact workers and in groups have started while tasks were left.
  private final int[] passCounts;

  Watches(World world) {
    int count = world.scenario.pools.size();
    this.world = world;
    this.asked = new boolean[count];
    this.heldUp = new boolean[count][];
    this.passCounts = new int[count];
    for (int pool = 0; pool < count; pool++) {
      heldUp[pool] = new boolean[world.scenario.pools.get(pool).workerCount()];
    }
  }

  boolean isOver(int pool) {
    PoolLayout layout = world.scenario.pools.get(pool);
    return world.scenario.watchful && layout.depth() == 1;
  }

  /// The engine leaves a task to those that are busy.
  void keptBack(int pool) {
    Broken.unless(isOver(pool), "a task is left to pool %d, which nobody watches", pool);
    Broken.unless(
        hasBusy(pool), "a task is left to pool %d, where nobody is to be counted on", pool);
    world.situations.count(Situation.LEFT_TO_A_BUSY_WORKER);
    asked[pool] = true;
  }

  /// Between two events: what goes along with the next one must have one to go along with, which is told if nobody
  /// completes.
  void lookForNext() {
    if (world.engine.leavesShortTasks(worker -> true)) {
      Broken.unless(
          asked[DEFAULT_POOL] && hasBusy(DEFAULT_POOL),
          "another event is promised, and nobody is to be counted on for it");
      world.situations.count(Situation.NEXT_EVENT_PROMISED);
    }
  }

  /// Whether a ready task may wait beside an idle worker.
  boolean mayWait(int pool) {
    return asked[pool] && hasBusy(pool) && passCounts[pool] <= MOST_PASSES;
  }

  /// Between two events: whether any waits beside an idle worker.
  void look(int pool, boolean anyLeft) {
    if (!anyLeft) {
      passCounts[pool] = 0;
    }
  }

  /// A task is about to start its first member.
  void dispatched(Task task, int pool) {
    if (task.memberCount() == 1 && task.exactWorker(0) < 0) {
      passCounts[pool] = 0;
    } else {
      passCounts[pool]++;
    }
  }

  /// Whether a run need not be asked for tasks: it has many in hand, and one of them will end soon.
  boolean mayHavePlenty(SimRun run) {
    List<SimTask> inHand =
        run.undecided.stream().filter(task -> !task.slot.state().isTerminal()).toList();
    boolean may =
        isOver(DEFAULT_POOL)
            && inHand.size() > world.scenario.plentyCount / 2
            && inHand.stream().allMatch(task -> task.slot.poolIndex() == DEFAULT_POOL)
            && inHand.stream().anyMatch(task -> MOVING.contains(task.slot.state()))
            && hasBusy(DEFAULT_POOL)
            && hasIdle(DEFAULT_POOL)
            && isNobodyHeldUp();
    if (may) {
      world.situations.count(Situation.PLENTY_IN_HAND);
    }
    return may;
  }

  private boolean hasIdle(int pool) {
    for (int count : world.busy[pool]) {
      if (count == 0) {
        return true;
      }
    }
    return false;
  }

  private boolean isNobodyHeldUp() {
    for (boolean one : heldUp[DEFAULT_POOL]) {
      if (one) {
        return false;
      }
    }
    return true;
  }

  private boolean hasBusy(int pool) {
    for (int worker = 0; worker < heldUp[pool].length; worker++) {
      if (world.busy[pool][worker] > 0 && !heldUp[pool][worker]) {
        return true;
      }
    }
    return false;
  }

  boolean mayTell() {
    return poolToTell() >= 0;
  }

  private int poolToTell() {
    for (int pool = 0; pool < asked.length; pool++) {
      if (asked[pool] && hasBusy(pool)) {
        return pool;
      }
    }
    return -1;
  }

  /// Tells that one who is busy is held up; a late word, of one who is not, changes nothing.
  void tell() {
    int pool = poolToTell();
    int worker = 0;
    while (heldUp[pool][worker] || world.busy[pool][worker] == 0) {
      world.engine.heldUp(pool, worker);
      worker++;
    }
    heldUp[pool][worker] = true;
    asked[pool] = false;
    world.situations.count(Situation.HELD_UP);
    world.engine.heldUp(pool, worker);
  }

  void freed(int pool, int worker) {
    heldUp[pool][worker] = false;
  }
}
