package io.sluice.sim;

import io.sluice.task.Access;
import io.sluice.task.Task;
import io.sluice.task.TaskState;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Runs a program's tasks one at a time in the order of admission, with the outcomes that they had,
/// and compares what each read and whether each was poisoned.
///
/// It decides by element, without boxes, edges or slots. Not compared is what no order decides: bytes
/// nobody wrote, bytes of a kernel that failed half way, bytes under an `OUT_EXISTING`.
final class SerialInterpreter {
  /// Not compared.
  private static final int ANY = Integer.MIN_VALUE;

  private final World world;

  SerialInterpreter(World world) {
    this.world = world;
  }

  void run() {
    for (SerialLog.Entry entry : world.log.entries) {
      switch (entry) {
        case SerialLog.Admitted admitted -> run(admitted.task());
        case SerialLog.Refused refused -> refuse(refused);
        case SerialLog.Accepted accepted -> accept(accepted.version());
      }
    }
  }

  private void refuse(SerialLog.Refused refused) {
    prepare(refused.version());
    Elements.forEach(
        refused.version().tensor,
        refused.box(),
        element ->
            refused.version().poison[element] =
                new Poison(refused.cause(), refused.version().poison[element]));
  }

  private void accept(SimVersion version) {
    prepare(version);
    if (Arrays.stream(version.poison).anyMatch(Objects::nonNull)) {
      world.situations.count(Situation.POISON_LIFTED_BY_USER);
    }
    Arrays.fill(version.poison, null);
  }

  private void run(SimTask task) {
    task.touches.forEach(touch -> prepare(touch.version));
    checkOutcome(task, causes(task));
    for (Touch touch : task.touches) {
      if (touch.access.reads()) {
        compare(touch);
      }
    }
    boolean completed = task.hasCompleted();
    for (Touch touch : task.touches) {
      if (touch.access == Access.OUT || touch.access == Access.INOUT) {
        write(touch, completed);
      }
    }
    for (Touch touch : task.touches) {
      if (touch.access == Access.OUT_EXISTING) {
        write(touch, completed);
      }
    }
    task.yields.forEach(this::compare);
  }

  private void prepare(SimVersion version) {
    if (version.values == null) {
      int count = (int) version.tensor.shape().elementCount();
      version.values = new int[count];
      Arrays.fill(version.values, version.isUserOwned() ? Memory.ZERO : ANY);
      version.poison = new Poison[count];
    }
  }

  /// Why the task may not run: the poison that it reads, the failures that it comes after.
  private Set<Throwable> causes(SimTask task) {
    Set<Throwable> causes = Collections.newSetFromMap(new IdentityHashMap<>());
    for (SimTask before : task.predecessors) {
      if (before.slot.cause() != null) {
        causes.add(before.slot.cause());
      }
    }
    for (Touch touch : task.touches) {
      if (touch.access.reads()) {
        Elements.forEach(
            touch.version.tensor,
            touch.box,
            element -> Poison.collect(touch.version.poison[element], causes));
      }
    }
    return causes;
  }

  private void checkOutcome(SimTask task, Set<Throwable> causes) {
    if (task.isStarted()) {
      Broken.unless(causes.isEmpty(), "poison: %s ran, but reads %s", task, causes);
    } else if (task.told == TaskState.FAILED) {
      Broken.unless(
          causes.contains(task.slot.cause()),
          "poison: %s failed because of %s, but reads %s",
          task,
          task.slot.cause(),
          causes);
      world.situations.count(
          failed(task.predecessors) ? Situation.POISON_BY_AFTER : Situation.POISON_SPREAD);
    } else if (task.told == TaskState.CANCELLED) {
      Broken.unless(task.run().stopped, "%s was cancelled, but its run goes on", task);
    } else {
      Broken.unless(
          task.task.kind() == Task.Kind.ALLOC && causes.isEmpty(),
          "law 4: %s ended without having run",
          task);
    }
  }

  private static boolean failed(List<SimTask> tasks) {
    return tasks.stream().anyMatch(task -> task.slot.cause() != null);
  }

  private void compare(Touch touch) {
    if (touch.first != null) {
      compare(touch, touch.first, touch.firstStep);
    }
    if (touch.second != null) {
      compare(touch, touch.second, touch.secondStep);
    }
  }

  private void compare(Touch touch, int[] seen, long atStep) {
    if (touch.access == Access.NO_DEP || (touch.yielded && !touch.task.hasCompleted())) {
      return;
    }
    int[] next = new int[1];
    Elements.forEach(
        touch.version.tensor,
        touch.readable(),
        element -> {
          int value = touch.version.values[element];
          int found = seen[next[0]++];
          if (value != ANY && value != found && !isJoined(touch, element, atStep)) {
            throw new Broken(
                "law 1: %s reads %08x at element %d of %s in step %d, should read %08x"
                    .formatted(touch.task, found, element, touch, atStep, value));
          }
        });
  }

  /// Whether a later `OUT_EXISTING` may have written the element by then.
  private static boolean isJoined(Touch touch, int element, long atStep) {
    for (Touch other : touch.version.joined) {
      if (other.task.order >= touch.task.order && other.task.startedStep <= atStep) {
        boolean[] hit = new boolean[1];
        Elements.forEach(other.version.tensor, other.box, e -> hit[0] |= e == element);
        if (hit[0]) {
          return true;
        }
      }
    }
    return false;
  }

  private void write(Touch touch, boolean completed) {
    SimVersion version = touch.version;
    SimTask task = touch.task;
    boolean[] lifted = new boolean[1];
    Elements.forEach(
        version.tensor,
        touch.box,
        element -> {
          lifted[0] |= completed && version.poison[element] != null;
          version.poison[element] =
              completed ? null : new Poison(task.slot.cause(), version.poison[element]);
          if (task.isStarted() || completed) {
            version.values[element] = completed ? value(touch, element) : ANY;
          }
        });
    if (lifted[0] && touch.access == Access.OUT_EXISTING) {
      world.situations.count(Situation.POISON_LIFTED_BY_OUT_EXISTING);
    }
  }

  private static int value(Touch touch, int element) {
    if (touch.access == Access.OUT_EXISTING) {
      return ANY;
    } else if (touch.task.task.kind() == Task.Kind.ALLOC) {
      return touch.version.tensor.isZeroed() ? Memory.ZERO : ANY;
    }
    return Memory.pattern(touch.task.writer(touch.member, touch.task.attempts.attempt), element);
  }
}
