package io.sluice.sim;

import io.sluice.task.Task;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Whether runs take turns at the workers, and tasks of a run go by their priority, without any of them
/// starving. It sees which tasks are ready between events only: of two that became ready in one event
/// it does not know which was first, and allows both.
final class Turns {
  private static final int MOST_PASSES = 64;

  /// What competes for the same workers in one line.
  private record Queue(int pool, boolean groups, int worker) {
    static Queue of(Task task, int pool) {
      boolean group = task.memberCount() > 1;
      return new Queue(pool, group, group ? -1 : task.exactWorker(0));
    }
  }

  /// The tasks of one run in one queue.
  private record Lane(Queue queue, SimRun run) {}

  /// What has left a lane.
  private static final class Dispatches {
    /// In which look the last one was seen ready, and at which look it left.
    long lastLook = -1;

    /// The same of the one before.
    long lookBeforeLast = -1;

    /// How many in a row were for sure, or maybe, younger than one that was ready.
    int surePasses;

    int possiblePasses;
  }

  private final World world;
  private final Map<Lane, Dispatches> lanes = new HashMap<>();
  private long look = 1;

  Turns(World world) {
    this.world = world;
  }

  /// Between two events.
  void look() {
    for (SimTask task : world.live) {
      if (task.seenReady == 0 && task.slot.state() == TaskState.READY) {
        task.seenReady = look;
      }
    }
    look++;
  }

  /// A task is about to start its first member.
  void dispatched(SimTask task, int pool) {
    Queue queue = Queue.of(task.task, pool);
    List<SimTask> ready = readyBeside(task, queue, pool);
    Dispatches lane = lane(new Lane(queue, task.run()));
    for (SimTask other : ready) {
      if (other.run() != task.run()) {
        checkTurn(task, lane, other, queue);
      } else if (other.task.priority() == task.task.priority()) {
        Broken.unless(
            !isSurelyOlder(other, task), "first in, first out: %s starts before %s", task, other);
      }
    }
    List<SimTask> own = ready.stream().filter(other -> other.run() == task.run()).toList();
    checkPriority(task, lane, own, queue.groups());
    lane.lookBeforeLast = lane.lastLook;
    lane.lastLook = look;
    task.seenReady = 0;
  }

  private List<SimTask> readyBeside(SimTask task, Queue queue, int pool) {
    List<SimTask> ready = new ArrayList<>();
    for (SimTask other : world.live) {
      if (other != task
          && other.slot.state() == TaskState.READY
          && world.scenario.pools.indexOf(world.tensors.pool(other.task)) == pool
          && Queue.of(other.task, pool).equals(queue)) {
        ready.add(other);
      }
    }
    return ready;
  }

  private Dispatches lane(Lane lane) {
    return lanes.computeIfAbsent(lane, ignored -> new Dispatches());
  }

  /// A run does not start two while another one waits all along. A group takes its turn before it starts,
  /// when it begins to reserve, but not before its run's last one has started.
  private void checkTurn(SimTask task, Dispatches own, SimTask other, Queue queue) {
    long before = queue.groups() ? own.lookBeforeLast : own.lastLook;
    boolean waitedAllAlong = before >= 0 && other.seenReady > 0 && other.seenReady < before;
    Broken.unless(
        !waitedAllAlong || lane(new Lane(queue, other.run())).lastLook >= before,
        "law of turns: %s starts, the second of its run while %s waits",
        task,
        other);
  }

  /// @param early whether it may have taken its turn long ago, as a group that waited for all of its
  ///     workers
  private void checkPriority(SimTask task, Dispatches lane, List<SimTask> ready, boolean early) {
    boolean surelyPasses = ready.stream().anyMatch(other -> isSurelyOlder(other, task));
    boolean mayPass = ready.stream().anyMatch(other -> !isSurelyOlder(task, other));
    boolean higherWaits =
        ready.stream()
            .anyMatch(other -> other.seenReady > 0 && other.task.priority() > task.task.priority());
    Broken.unless(
        early || !higherWaits || lane.possiblePasses >= MOST_PASSES,
        "law of priorities: %s starts after %d passes, before one of a higher priority",
        task,
        lane.possiblePasses);
    if (higherWaits && !early) {
      world.situations.count(Situation.OLDEST_AFTER_64_PASSES);
    }
    if (surelyPasses) {
      world.situations.count(Situation.PRIORITY_PASSED_AN_OLDER);
    }
    lane.surePasses = surelyPasses ? lane.surePasses + 1 : 0;
    lane.possiblePasses = mayPass ? lane.possiblePasses + 1 : 0;
    Broken.unless(
        lane.surePasses <= MOST_PASSES,
        "law of priorities: %d in a row passed the oldest, %s as the last",
        lane.surePasses,
        task);
  }

  /// A task that was not seen ready yet became ready in this event: later than all that were.
  private static boolean isSurelyOlder(SimTask one, SimTask other) {
    return one.seenReady > 0 && (other.seenReady == 0 || one.seenReady < other.seenReady);
  }
}
