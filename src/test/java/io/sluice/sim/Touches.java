package io.sluice.sim;

import io.sluice.engine.Version;
import io.sluice.task.Access;
import io.sluice.task.Argument;
import io.sluice.task.Task;
import io.sluice.task.TaskInternals;
import io.sluice.task.TaskTicket;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import java.util.List;

/// Works out what a task just admitted touches, and what it has to wait for.
final class Touches {
  private final World world;
  private final SimTask task;

  private Touches(World world, SimTask task) {
    this.world = world;
    this.task = task;
  }

  static void of(World world, SimTask task) {
    Touches touches = new Touches(world, task);
    touches.findAccesses();
    touches.findWaits();
    touches.findYields();
    touches.install();
  }

  private void findAccesses() {
    for (int member = 0; member < task.task.memberCount(); member++) {
      List<Argument> arguments = task.task.member(member).tensors();
      for (int i = 0; i < arguments.size(); i++) {
        task.touches.add(touch(arguments.get(i), member, i));
      }
    }
  }

  private Touch touch(Argument argument, int member, int index) {
    Tensor tensor = argument.ref().tensor();
    Version version = task.slot.version(member, index);
    if (world.tensors.isFresh(task.task, argument.ref(), argument.access())) {
      boolean inPlace = task.task.kind() == Task.Kind.ALLOC;
      SimVersion fresh = new SimVersion(tensor, task, inPlace, version);
      task.owned.add(fresh);
      Broken.unless(task.slot.isFresh(member, index), "%s has no bytes of its own", task);
      return new Touch(task, fresh, argument.ref().box(), argument.access(), member, index, false);
    }
    SimVersion current = world.tensors.current(tensor);
    Broken.unless(
        current.version == version,
        "%s touches another version of %s than %s",
        task,
        tensor,
        current);
    Broken.unless(!task.slot.isFresh(member, index), "%s has fresh bytes for %s", task, tensor);
    return new Touch(task, current, argument.ref().box(), argument.access(), member, index, false);
  }

  private void findWaits() {
    for (Touch touch : task.touches) {
      for (Touch earlier : touch.version.prunedLive()) {
        if (earlier.task != task && touch.waitsFor(earlier)) {
          task.waits.add(earlier);
          count(touch, earlier);
        }
      }
      noteUse(touch);
    }
    for (Touch touch : task.touches) {
      touch.version.live.add(touch);
    }
    for (TaskTicket other : TaskInternals.predecessors(task.task)) {
      SimTask before = task.run().admissions.get(other);
      task.predecessors.add(before);
      if (!before.isSettled()) {
        task.waitsAfter.add(before);
        world.situations.count(Situation.AFTER_EDGE_WAIT);
      }
    }
  }

  private void count(Touch touch, Touch earlier) {
    Situations situations = world.situations;
    if (!touch.box.contains(earlier.box) && !earlier.box.contains(touch.box)) {
      situations.count(Situation.PARTIAL_OVERLAP);
    }
    if (earlier.yielded) {
      situations.count(Situation.WAIT_FOR_RESULT);
    } else if (touch.access.reads()) {
      situations.count(Situation.READ_AFTER_WRITE);
    } else if (earlier.access.writes()) {
      situations.count(Situation.WRITE_AFTER_WRITE);
    } else {
      situations.count(Situation.WRITE_AFTER_READ);
    }
    if (earlier.task.isDecided() && !earlier.yielded) {
      situations.count(Situation.LINK_OF_DECIDED_TASK);
    }
    if (earlier.task.run() != task.run()) {
      situations.count(Situation.TENSOR_SHARED_BY_RUNS);
    }
  }

  private void noteUse(Touch touch) {
    Situations situations = world.situations;
    if (touch.access == Access.OUT_EXISTING) {
      touch.version.joined.add(touch);
      situations.count(Situation.OUT_EXISTING);
    } else if (touch.access == Access.NO_DEP) {
      situations.count(Situation.NO_DEP);
    }
    if (touch.version.isUserOwned()) {
      situations.count(Situation.USER_TENSOR);
    }
    if (task.task.kind() == Task.Kind.ALLOC) {
      situations.count(
          touch.version.tensor.isZeroed() ? Situation.ALLOC_OF_ZEROS : Situation.ALLOC);
    }
    SimVersion old = touch.isFresh() ? world.tensors.current(touch.version.tensor) : null;
    if (old != null && old.prunedLive().stream().anyMatch(t -> t.access.reads())) {
      situations.count(Situation.RENAMED_UNDER_READERS);
    }
  }

  private void findYields() {
    for (TensorRef ref : task.task.yielded()) {
      Touch named = named(ref);
      Touch held = new Touch(task, named.version, ref.box(), named.access, named.member, -1, true);
      task.yields.add(held);
    }
    task.yields.forEach(held -> held.version.live.add(held));
  }

  /// What the task touches by this name; what it writes if there are two.
  private Touch named(TensorRef ref) {
    Touch found = null;
    for (Touch touch : task.touches) {
      TensorRef mine = task.task.member(touch.member).tensor(touch.argument).ref();
      if (mine.equals(ref) && (found == null || touch.access.writes())) {
        found = touch;
      }
    }
    return found;
  }

  private void install() {
    task.owned.forEach(world.tensors::install);
    for (TensorRef ref : task.task.lastUses()) {
      world.tensors.current(ref.tensor()).lastUse = true;
      world.situations.count(Situation.LAST_USE);
    }
    if (task.task.memberCount() > 1) {
      world.situations.count(Situation.GROUP);
    }
  }

  /// A refused task leaves poison where it would have written.
  static void poison(World world, Task task, Throwable cause) {
    for (int member = 0; member < task.memberCount(); member++) {
      for (Argument argument : task.member(member).tensors()) {
        if (argument.access().writes()
            && !world.tensors.foreign.contains(argument.ref().tensor())) {
          poison(world, task, argument, cause);
        }
      }
    }
  }

  private static void poison(World world, Task task, Argument argument, Throwable cause) {
    Tensor tensor = argument.ref().tensor();
    if (world.tensors.isFresh(task, argument.ref(), argument.access())) {
      SimVersion refused = new SimVersion(tensor, null, false, null);
      refused.refusal = cause;
      world.tensors.install(refused);
      return;
    }
    SimVersion current = world.tensors.current(tensor);
    if (current != null && world.tensors.isAvailable(tensor)) {
      world.log.refused(current, argument.ref().box(), cause);
      world.situations.count(Situation.POISON_OF_REFUSED_TASK);
    }
  }
}
