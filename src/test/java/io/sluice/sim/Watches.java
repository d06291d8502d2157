package io.sluice.sim;

import io.sluice.engine.PoolLayout;
import io.sluice.task.Task;

/// Who is busy, as those know who watch over the workers of some pools: ready tasks may be left to them,
/// but not to those of whom it was said that they are held up.
final class Watches {
  private static final int MOST_PASSES = 64;

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
